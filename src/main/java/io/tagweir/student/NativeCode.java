package io.tagweir.student;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.onnxruntime.OrtEnvironment;

/** The native libraries of the student. Loading one a second time does nothing. */
public final class NativeCode {

    private NativeCode() {}

    /** @throws LinkageError where it can't be loaded */
    public static void loadRuntime() {
        OrtEnvironment.getEnvironment();
    }

    /** @throws LinkageError or a runtime exception where it can't be loaded */
    public static void loadTokenizer() {
        LibUtils.checkStatus();
    }
}
