package io.tagweir.student;

import java.util.Arrays;
import java.util.List;

/** The tokens of several queries, padded to the longest. Every array is {@code int64[rows, length]}, row-major. */
final class TokenBatch {

    final int rows;
    final int length;
    final long[] ids;
    /** 1 for a token, 0 for padding. */
    final long[] mask;

    final long[] types;

    private TokenBatch(int rows, int length, long paddingId) {
        this.rows = rows;
        this.length = length;
        ids = new long[rows * length];
        mask = new long[rows * length];
        types = new long[rows * length];
        Arrays.fill(ids, paddingId);
    }

    static TokenBatch of(List<WordAlignedQuery> queries, long paddingId) {
        int length = 0;
        for (WordAlignedQuery query : queries) {
            length = Math.max(length, query.ids.length);
        }
        var batch = new TokenBatch(queries.size(), length, paddingId);
        for (int row = 0; row < batch.rows; row++) {
            WordAlignedQuery query = queries.get(row);
            System.arraycopy(query.ids, 0, batch.ids, row * length, query.ids.length);
            System.arraycopy(query.types, 0, batch.types, row * length, query.types.length);
            Arrays.fill(batch.mask, row * length, row * length + query.ids.length, 1);
        }
        return batch;
    }
}
