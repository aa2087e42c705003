package io.tagweir.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.text.BadText;
import io.tagweir.text.JsonValue;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            []                                                              | the JSON value is an array; an object is wanted
            {}                                                              | there is no query; a text is wanted
            {'query':' '}                                                   | the query is empty
            {'query':'milk'}                                                | no tags
            {'query':'milk','segment':'a\\tb'}                              | the segment holds a tab
            {'query':'milk','tags':[{'label':'','start':0,'end':4}]}        | a tag has no label
            {'query':'milk','tags':[{'label':'x','start':0,'end':5}]}       | tag x runs from 0 to 5, the query has 4 code points
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':2}]} | tag x has the score 2.0; it must be a number from 0 to 1
            {'query':' milk','tags':[{'label':'x','start':0,'end':1}]}      | tag x covers nothing of the canonical query
            {'tokens':['milk'],'labels':['I-x']}                            | label I-x does not follow BIO
            {'tokens':['oat','milk'],'labels':['B-x']}                      | 2 tokens and 1 labels
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'expires_at':'soon'} | expires_at is "soon"; a time in ISO 8601, such as 2026-01-31T12:00:00Z, is wanted
            {'query':1,'tags':[]}                                           | query is 1; a text is wanted
            {'query':null,'tags':[]}                                        | query is null; a text is wanted
            {'query':'milk','segment':{},'tags':[]}                         | segment is an object; a text is wanted
            {'query':'milk','segment':[],'tags':[]}                         | segment is an array; a text is wanted
            {'query':'milk','segment':0,'tags':[]}                          | segment is 0; a text is wanted
            {'query':'milk','tags':{}}                                      | tags is an object; an array is wanted
            {'query':'milk','tags':'x'}                                     | tags is "x"; an array is wanted
            {'query':'milk','tags':['x']}                                   | tags[0] is "x"; an object is wanted
            {'query':'milk','tags':[{'start':0,'end':4}]}                   | there is no tags[0].label; a text is wanted
            {'query':'milk','tags':[{'label':7,'start':0,'end':4}]}         | tags[0].label is 7; a text is wanted
            {'query':'milk','tags':[{'label':'x','end':4}]}                 | there is no tags[0].start; a whole number is wanted
            {'query':'milk','tags':[{'label':'x','start':'0','end':4}]}     | tags[0].start is "0"; a whole number is wanted
            {'query':'milk','tags':[{'label':'x','start':0.5,'end':4}]}     | tags[0].start is 0.5; a whole number is wanted
            {'query':'milk','tags':[{'label':'x','start':false,'end':4}]}   | tags[0].start is false; a whole number is wanted
            {'query':'milk','tags':[{'label':'x','start':4294967296,'end':4}]} | tags[0].start is 4294967296; a whole number of 32 bits is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4e0}]}     | tags[0].end is 4.0; a whole number is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'value':['milk']}]} | tags[0].value is an array; a text is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':'0.5'}]} | tags[0].score is "0.5"; a number is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':true}]} | tags[0].score is true; a number is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':1e400}]} | tag x has the score Infinity; it must be a number from 0 to 1
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':'p1'} | depends_on is "p1"; an array of texts is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':{'p1':1}} | depends_on is an object; an array of texts is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':['p1',2]} | depends_on[1] is 2; a text is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'tagged_at':1767225600000} | tagged_at is 1767225600000; a text is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'expires_at':'+1000000000-12-31T23:59:59.999999999Z'} | expires_at is "+1000000000-12-31T23:59:59.999999999Z"; a time from -292275055-05-16T16:47:04.192Z to +292278994-08-17T07:12:55.807Z is wanted
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'tagged_at':'-1000000000-01-01T00:00:00Z'} | tagged_at is "-1000000000-01-01T00:00:00Z"; a time from -292275055-05-16T16:47:04.192Z to +292278994-08-17T07:12:55.807Z is wanted
            {'tokens':'milk','labels':['B-x']}                              | tokens is "milk"; an array of texts is wanted
            {'tokens':['milk'],'labels':[1]}                                | labels[0] is 1; a text is wanted
            {'tokens':['milk']}                                             | there is no labels; an array of texts is wanted
            {'query':'milk\ud83e','tags':[{'label':'x','start':0,'end':4}]} | query is not well-formed text: it has an unpaired surrogate (U+D83E) at character 4
            {'query':'milk','segment':'\udd5b','tags':[{'label':'x','start':0,'end':4}]} | segment is not well-formed text: it has an unpaired surrogate (U+DD5B) at character 0
            {'query':'milk','tags':[{'label':'\ud83e','start':0,'end':4}]}  | tags[0].label is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'value':'\ud83e'}]} | tags[0].value is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':['\ud83e']} | depends_on[0] is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            """)
    void badRowIsRefusedWithItsReason(String json, String reason) {
        assertThatThrownBy(() -> row(json)).isInstanceOf(BadText.class).hasMessage(reason);
    }

    /** Null says the same as nothing, where nothing may be said. */
    @Test
    void fieldThatMayBeAbsentMayBeNull() throws Exception {
        assertThat(row("{'query':'milk','segment':null,'tagged_at':null,'expires_at':null,'depends_on':null,"
                        + "'tags':[{'label':'x','start':0,'end':4,'value':null,'score':null}]}"))
                .isEqualTo(row("{'query':'milk','tags':[{'label':'x','start':0,'end':4}]}"));
        assertThat(row("{'query':null,'tags':null,'tokens':['milk'],'labels':['B-x']}"))
                .isEqualTo(row("{'tokens':['milk'],'labels':['B-x']}"));
    }

    /** Down to the millisecond, which is what a row holds. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-292275055-05-16T16:47:04.192Z",
                "0000-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999Z",
                "9999-12-31T23:59:59.999Z",
                "+292278994-08-17T07:12:55.807Z"
            })
    void timeThatMillisecondsCanHoldIsTaken(String time) throws Exception {
        var row = row("{'query':'milk','tags':[{'label':'x','start':0,'end':4}],'tagged_at':'" + time
                + "','expires_at':'" + time + "'}");
        assertThat(RowAvro.of(row.tags()).bytes()).isNotEmpty();
        assertThat(row.tags().getExpiresAt()).isEqualTo(time);
        var again = TrainingRow.of(row.key(), row.tags());
        assertThat(HeadRow.of(JsonValue.parse(again.text()), NOW)).isEqualTo(row);
    }

    /** Those who make rows in Java have no other door. */
    @Test
    void rowThatCouldNotBeStoredAsItIsCannotBeMade() {
        var key = new QueryKey("", "milk");
        assertThatThrownBy(() -> new HeadRow(new QueryKey("", "\ud83e"), tags("x", NOW)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the query is not well-formed text");
        assertThatThrownBy(() -> new HeadRow(key, tags("\ud83e", NOW))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeadRow(key, tags("x", Instant.MAX)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tagged_at is +1000000000-12-31T23:59:59.999Z; a time from ");
    }

    private static HeadTags tags(String label, Instant taggedAt) {
        return new HeadTags(List.of(new Tag(label, "milk", 0, 4, 1f)), taggedAt, null, List.of());
    }

    private static HeadRow row(String json) throws Exception {
        return HeadRow.of(JsonValue.parse(json.replace('\'', '"')), NOW);
    }
}
