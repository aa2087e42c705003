package io.tagweir.snapshot;

/**
 * Rows by the hash of their key, as two hashes each: of the whole row, and of what it says. Open addressing over plain
 * arrays, 25 bytes a slot, so that a partition of millions of rows fits: 1.5 million take 52 MB. Used by one thread.
 *
 * <p>Two keys with the same 64 bits of hash count as one; among 2 million rows that happens once in 10 million times.
 */
final class RowTable {

    private static final byte FREE = 0;
    private static final byte REMOVED = 1;
    private static final byte THERE = 2;
    private static final byte CLAIMED = 3;

    private static final double FULL = 0.75;

    private long[] keys = new long[16];
    private long[] rows = new long[16];
    private long[] contents = new long[16];
    private byte[] states = new byte[16];
    private int used;
    private int size;

    /** Rows that are there. */
    int size() {
        return size;
    }

    boolean contains(long key) {
        return states[slot(key)] >= THERE;
    }

    /** The hash of the whole row; only of a key that is there. */
    long row(long key) {
        return rows[there(key)];
    }

    /** The hash of what the row says; only of a key that is there. */
    long content(long key) {
        return contents[there(key)];
    }

    void put(long key, long row, long content) {
        int slot = slot(key);
        if (states[slot] == FREE) {
            if (used + 1 > FULL * keys.length) {
                grow();
                slot = slot(key);
            }
            used++;
            keys[slot] = key;
        }
        if (states[slot] < THERE) {
            size++;
        }
        states[slot] = THERE;
        rows[slot] = row;
        contents[slot] = content;
    }

    void remove(long key) {
        int slot = slot(key);
        if (states[slot] >= THERE) {
            states[slot] = REMOVED;
            size--;
        }
    }

    /** Whether this very row is there; true once only, so a row that was written twice is claimed once. */
    boolean claim(long key, long row) {
        int slot = slot(key);
        if (states[slot] != THERE || rows[slot] != row) {
            return false;
        }
        states[slot] = CLAIMED;
        return true;
    }

    /** How many of these rows another table lacks. */
    int missingIn(RowTable other) {
        int missing = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (states[slot] >= THERE && !other.contains(keys[slot])) {
                missing++;
            }
        }
        return missing;
    }

    /** How many of these rows are in another table and say something else there. */
    int changedIn(RowTable other) {
        int changed = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (states[slot] >= THERE && other.contains(keys[slot]) && other.content(keys[slot]) != contents[slot]) {
                changed++;
            }
        }
        return changed;
    }

    private int there(long key) {
        int slot = slot(key);
        if (states[slot] < THERE) {
            throw new IllegalStateException("the key is not there");
        }
        return slot;
    }

    /** The slot of a key, or the free one where it would go. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) (key ^ (key >>> 32)) & mask;
        while (states[slot] != FREE && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        var oldKeys = keys;
        var oldRows = rows;
        var oldContents = contents;
        var oldStates = states;
        keys = new long[2 * oldKeys.length];
        rows = new long[keys.length];
        contents = new long[keys.length];
        states = new byte[keys.length];
        used = 0;
        for (int old = 0; old < oldKeys.length; old++) {
            if (oldStates[old] >= THERE) {
                int slot = slot(oldKeys[old]);
                keys[slot] = oldKeys[old];
                rows[slot] = oldRows[old];
                contents[slot] = oldContents[old];
                states[slot] = oldStates[old];
                used++;
            }
        }
    }
}
