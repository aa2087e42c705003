package io.tagweir.snapshot;

/**
 * Rows by the hash of their key, with two hashes each: of the whole row and of its content. Open addressing over plain
 * arrays, 25 bytes per slot, so that a partition of millions of rows fits: 1.5 million take 52 MB. Used by one thread.
 *
 * <p>Two keys with the same 64-bit hash count as one. Among 2 million rows the probability of that is one in 10
 * million.
 */
public final class RowTable {

    private static final byte FREE = 0;
    private static final byte REMOVED = 1;
    private static final byte PRESENT = 2;
    private static final byte CLAIMED = 3;

    private static final double FULL = 0.75;

    private long[] keys = new long[16];
    private long[] rows = new long[16];
    private long[] contents = new long[16];
    private byte[] states = new byte[16];
    private int used;
    private int size;

    /** The number of rows. */
    public int size() {
        return size;
    }

    public boolean contains(long key) {
        return states[slot(key)] >= PRESENT;
    }

    /** The hash of the whole row of a present key. */
    public long row(long key) {
        return rows[present(key)];
    }

    /** The hash of the content of the row of a present key. */
    public long content(long key) {
        return contents[present(key)];
    }

    public void put(long key, long row, long content) {
        int slot = slot(key);
        if (states[slot] == FREE) {
            if (used + 1 > FULL * keys.length) {
                grow();
                slot = slot(key);
            }
            used++;
            keys[slot] = key;
        }
        if (states[slot] < PRESENT) {
            size++;
        }
        states[slot] = PRESENT;
        rows[slot] = row;
        contents[slot] = content;
    }

    public void remove(long key) {
        int slot = slot(key);
        if (states[slot] >= PRESENT) {
            states[slot] = REMOVED;
            size--;
        }
    }

    /** Whether this row is present and not claimed yet, so a row that was written twice is claimed once. */
    public boolean claim(long key, long row) {
        int slot = slot(key);
        if (states[slot] != PRESENT || rows[slot] != row) {
            return false;
        }
        states[slot] = CLAIMED;
        return true;
    }

    /** The number of rows that another table does not have. */
    public int missingIn(RowTable other) {
        int missing = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (states[slot] >= PRESENT && !other.contains(keys[slot])) {
                missing++;
            }
        }
        return missing;
    }

    /** The number of rows that have other content in another table. */
    public int changedIn(RowTable other) {
        int changed = 0;
        for (int slot = 0; slot < keys.length; slot++) {
            if (states[slot] >= PRESENT && other.contains(keys[slot]) && other.content(keys[slot]) != contents[slot]) {
                changed++;
            }
        }
        return changed;
    }

    private int present(long key) {
        int slot = slot(key);
        if (states[slot] < PRESENT) {
            throw new IllegalStateException("the key is not present");
        }
        return slot;
    }

    /** The slot of a key, or the free one for it. */
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
            if (oldStates[old] >= PRESENT) {
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
