package io.tagweir.app;

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
import io.tagweir.topology.AvroSerdes;
import io.tagweir.wire.WireSerdes;

/** The serdes of all that crosses the topics, as the settings say. */
public final class ConfiguredSerdes {

    private ConfiguredSerdes() {}

    public static AvroSerdes of(Settings settings) {
        var wire = new WireSerdes(settings.wire());
        return new AvroSerdes(
                wire.value(QueryEvent.class),
                wire.key(HeadKey.class),
                wire.value(HeadTags.class),
                wire.value(Snapshot.class),
                wire.value(Miss.class),
                wire.value(TaggedQuery.class),
                wire.value(HeadTally.class),
                wire.value(CatalogEvent.class),
                wire.value(HeadRequest.class),
                wire.value(Vocabulary.class),
                wire.value(StudentRelease.class),
                wire.value(StudentReport.class));
    }
}
