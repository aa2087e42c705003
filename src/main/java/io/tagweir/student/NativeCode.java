package io.tagweir.student;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.onnxruntime.OrtEnvironment;

/** Loads the native libraries of the student. Loading one again has no effect. */
public final class NativeCode {

    private NativeCode() {}

    /** @throws LinkageError if ONNX Runtime can't be loaded */
    public static void loadRuntime() {
        OrtEnvironment.getEnvironment();
    }

    /** @throws LinkageError or a runtime exception if the tokenizer can't be loaded */
    public static void loadTokenizer() {
        LibUtils.checkStatus();
    }
}
