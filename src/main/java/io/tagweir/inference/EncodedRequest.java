package io.tagweir.inference;

import io.tagweir.student.EncodedQuery;
import java.util.List;

/**
 * A claimed request, tokenized for the student that is to run it.
 *
 * @param encoded its text as that student's tokens
 */
record EncodedRequest(Request<?> request, EncodedQuery encoded) {

    /** In tokens. */
    int length() {
        return encoded.tokens();
    }

    /** Tokens in a run of these, padding included. */
    static int paddedTokens(List<EncodedRequest> run) {
        return run.size() * run.stream().mapToInt(EncodedRequest::length).max().orElse(0);
    }
}
