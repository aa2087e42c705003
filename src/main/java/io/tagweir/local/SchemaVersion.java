package io.tagweir.local;

/**
 * One version of a subject.
 *
 * @param version counted from 1 within the subject
 * @param id of the schema, the same under every subject
 * @param deleted it is no longer offered, but what was written with it can still be read
 */
record SchemaVersion(String subject, int version, int id, AvroText schema, boolean deleted) {

    SchemaVersion asDeleted() {
        return new SchemaVersion(subject, version, id, schema, true);
    }
}
