package io.tagweir.topology;

import io.tagweir.avro.CatalogEvent;
import io.tagweir.avro.HeadKey;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTags;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Miss;
import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.avro.Vocabulary;
import org.apache.kafka.common.serialization.Serde;

/** The configured serdes of the topics. */
public record AvroSerdes(
        Serde<QueryEvent> queries,
        Serde<HeadKey> headKeys,
        Serde<HeadTags> headTags,
        Serde<Snapshot> snapshots,
        Serde<Miss> misses,
        Serde<TaggedQuery> tagged,
        Serde<HeadTally> headTallies,
        Serde<CatalogEvent> catalogEvents,
        Serde<HeadRequest> headRequests,
        Serde<Vocabulary> vocabularies,
        Serde<StudentRelease> students,
        Serde<StudentReport> studentReports) {}
