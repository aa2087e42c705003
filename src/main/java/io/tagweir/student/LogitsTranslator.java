package io.tagweir.student;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.util.List;

/**
 * DJL's translator for a whole batch: tokens in, logits out.
 *
 * <p>DJL's own translator for token classification runs one query at a time and returns one entity per token. Nothing is
 * computed on the arrays here, since DJL can't do that without a second engine.
 */
final class LogitsTranslator implements NoBatchifyTranslator<TokenBatch, Logits> {

    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";

    private final List<String> inputs;

    /** @param inputs the names of the model's inputs */
    LogitsTranslator(List<String> inputs) {
        this.inputs = inputs;
    }

    @Override
    public NDList processInput(TranslatorContext context, TokenBatch batch) throws TranslateException {
        var shape = new Shape(batch.rows, batch.length);
        var arrays = new NDList(inputs.size());
        for (String input : inputs) {
            long[] values = switch (input) {
                case IDS -> batch.ids;
                case MASK -> batch.mask;
                case TYPES -> batch.types;
                default -> throw new TranslateException("the model has the unknown input '" + input + "'");
            };
            NDArray array = context.getNDManager().create(values, shape);
            array.setName(input);
            arrays.add(array);
        }
        return arrays;
    }

    @Override
    public Logits processOutput(TranslatorContext context, NDList outputs) throws TranslateException {
        NDArray logits = outputs.get(0);
        Shape shape = logits.getShape();
        if (shape.dimension() != 3) {
            throw new TranslateException(
                    "the model's first output has the shape " + shape + ", not (batch, sequence, labels)");
        }
        if (logits.getDataType() != DataType.FLOAT32) {
            throw new TranslateException("the model's first output is " + logits.getDataType() + ", not float32");
        }
        return new Logits(
                logits.toFloatArray(),
                Math.toIntExact(shape.get(0)),
                Math.toIntExact(shape.get(1)),
                Math.toIntExact(shape.get(2)));
    }
}
