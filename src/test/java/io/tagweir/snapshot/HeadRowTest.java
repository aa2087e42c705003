package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.HeadRow.BadRow;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadRowTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void wordsWithBioLabelsBecomeTagsOfTheCanonicalQuery() throws Exception {
        var row = row("{'tokens':['ACME','oat','Milk','for','kids'],"
                + "'labels':['B-creator','B-core_product_type','I-core_product_type','O','B-department']}");
        assertThat(row.key()).isEqualTo(new QueryKey("", "acme oat milk for kids"));
        assertThat(row.tags().getTags())
                .containsExactly(
                        new Tag("creator", "ACME", 0, 4, 1f),
                        new Tag("core_product_type", "oat Milk", 5, 13, 1f),
                        new Tag("department", "kids", 18, 22, 1f));
    }

    @Test
    void offsetsGivenForTheQueryAsWrittenAreMovedToItsCanonicalForm() throws Exception {
        var row = row("{'query':' Große  Dose','segment':'de','tags':[{'label':'size','start':1,'end':6,'score':0.5}],"
                + "'tagged_at':'2026-01-02T03:04:05Z','expires_at':'2027-01-01T00:00:00Z','depends_on':['e1']}");
        assertThat(row.key()).isEqualTo(new QueryKey("de", "grosse dose"));
        assertThat(row.tags().getTags()).containsExactly(new Tag("size", "Große", 0, 6, 0.5f));
        assertThat(row.tags().getTaggedAt()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(row.tags().getExpiresAt()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(row.tags().getDependsOn()).containsExactly("e1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                              | not a JSON object
            {}                                                              | the query is empty
            {'query':'milk'}                                                | no tags
            {'query':'milk','segment':'a\\tb'}                              | the segment holds a tab
            {'query':'milk','tags':[{'label':'','start':0,'end':4}]}        | a tag has no label
            {'query':'milk','tags':[{'label':'x','start':0,'end':5}]}       | tag x runs from 0 to 5, the query has 4 code points
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':2}]} | tag x has the score 2.0
            {'query':' milk','tags':[{'label':'x','start':0,'end':1}]}      | tag x covers nothing that is left of the query
            {'tokens':['milk'],'labels':['I-x']}                            | label I-x does not follow BIO
            {'tokens':['oat','milk'],'labels':['B-x']}                      | 2 tokens and 1 labels
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'expires_at':'soon'} | expires_at is not an ISO 8601 time: soon
            """)
    void badRowIsRefusedWithItsReason(String json, String reason) {
        assertThatThrownBy(() -> row(json)).isInstanceOf(BadRow.class).hasMessage(reason);
    }

    private static HeadRow row(String json) throws Exception {
        return HeadRow.of(new ObjectMapper().readTree(json.replace('\'', '"')), NOW);
    }
}
