package io.tagweir.snapshot.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import io.tagweir.snapshot.RowAvro;
import io.tagweir.text.InvalidInputException;
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
            []                                                              | the JSON value is an array; expected an object
            {}                                                              | query is missing; expected a string
            {'query':' '}                                                   | the query is empty
            {'query':'milk'}                                                | no tags
            {'query':'milk','segment':'a\\tb'}                              | the segment holds a tab
            {'query':'milk','tags':[{'label':'','start':0,'end':4}]}        | a tag has no label
            {'query':'milk','tags':[{'label':'x','start':0,'end':5}]}       | tag x runs from 0 to 5, the query has 4 code points
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':2}]} | tag x has the score 2.0; expected a number from 0 to 1
            {'query':' milk','tags':[{'label':'x','start':0,'end':1}]}      | tag x covers nothing of the canonical query
            {'tokens':['milk'],'labels':['I-x']}                            | label I-x does not follow BIO
            {'tokens':['oat','milk'],'labels':['B-x']}                      | 2 tokens and 1 labels
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'expires_at':'soon'} | expires_at is "soon"; expected a time in ISO 8601, such as 2026-01-31T12:00:00Z
            {'query':1,'tags':[]}                                           | query is 1; expected a string
            {'query':null,'tags':[]}                                        | query is null; expected a string
            {'query':'milk','segment':{},'tags':[]}                         | segment is an object; expected a string
            {'query':'milk','segment':[],'tags':[]}                         | segment is an array; expected a string
            {'query':'milk','segment':0,'tags':[]}                          | segment is 0; expected a string
            {'query':'milk','tags':{}}                                      | tags is an object; expected an array
            {'query':'milk','tags':'x'}                                     | tags is "x"; expected an array
            {'query':'milk','tags':['x']}                                   | tags[0] is "x"; expected an object
            {'query':'milk','tags':[{'start':0,'end':4}]}                   | tags[0].label is missing; expected a string
            {'query':'milk','tags':[{'label':7,'start':0,'end':4}]}         | tags[0].label is 7; expected a string
            {'query':'milk','tags':[{'label':'x','end':4}]}                 | tags[0].start is missing; expected an integer
            {'query':'milk','tags':[{'label':'x','start':'0','end':4}]}     | tags[0].start is "0"; expected an integer
            {'query':'milk','tags':[{'label':'x','start':0.5,'end':4}]}     | tags[0].start is 0.5; expected an integer
            {'query':'milk','tags':[{'label':'x','start':false,'end':4}]}   | tags[0].start is false; expected an integer
            {'query':'milk','tags':[{'label':'x','start':4294967296,'end':4}]} | tags[0].start is 4294967296; expected a 32-bit integer
            {'query':'milk','tags':[{'label':'x','start':0,'end':4e0}]}     | tags[0].end is 4.0; expected an integer
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'value':['milk']}]} | tags[0].value is an array; expected a string
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':'0.5'}]} | tags[0].score is "0.5"; expected a number
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':true}]} | tags[0].score is true; expected a number
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'score':1e400}]} | tags[0].score is 1E+400; expected a number in the range of a double
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':'p1'} | depends_on is "p1"; expected an array of strings
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':{'p1':1}} | depends_on is an object; expected an array of strings
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':['p1',2]} | depends_on[1] is 2; expected a string
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'tagged_at':1767225600000} | tagged_at is 1767225600000; expected a string
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'expires_at':'+1000000000-12-31T23:59:59.999999999Z'} | expires_at is "+1000000000-12-31T23:59:59.999999999Z"; expected a time from -292275055-05-16T16:47:04.192Z to +292278994-08-17T07:12:55.807Z
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'tagged_at':'-1000000000-01-01T00:00:00Z'} | tagged_at is "-1000000000-01-01T00:00:00Z"; expected a time from -292275055-05-16T16:47:04.192Z to +292278994-08-17T07:12:55.807Z
            {'tokens':'milk','labels':['B-x']}                              | tokens is "milk"; expected an array of strings
            {'tokens':['milk'],'labels':[1]}                                | labels[0] is 1; expected a string
            {'tokens':['milk']}                                             | labels is missing; expected an array of strings
            {'query':'milk\ud83e','tags':[{'label':'x','start':0,'end':4}]} | query is not well-formed text: it has an unpaired surrogate (U+D83E) at character 4
            {'query':'milk','segment':'\udd5b','tags':[{'label':'x','start':0,'end':4}]} | segment is not well-formed text: it has an unpaired surrogate (U+DD5B) at character 0
            {'query':'milk','tags':[{'label':'\ud83e','start':0,'end':4}]}  | tags[0].label is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            {'query':'milk','tags':[{'label':'x','start':0,'end':4,'value':'\ud83e'}]} | tags[0].value is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            {'query':'milk','tags':[{'label':'x','start':0,'end':4}],'depends_on':['\ud83e']} | depends_on[0] is not well-formed text: it has an unpaired surrogate (U+D83E) at character 0
            """)
    void badRowIsRefusedWithItsReason(String json, String reason) {
        assertThatThrownBy(() -> row(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(reason);
    }

    /** An optional field that is null counts as absent. */
    @Test
    void fieldThatMayBeAbsentMayBeNull() throws Exception {
        assertThat(row("{'query':'milk','segment':null,'tagged_at':null,'expires_at':null,'depends_on':null,"
                        + "'tags':[{'label':'x','start':0,'end':4,'value':null,'score':null}]}"))
                .isEqualTo(row("{'query':'milk','tags':[{'label':'x','start':0,'end':4}]}"));
        assertThat(row("{'query':null,'tags':null,'tokens':['milk'],'labels':['B-x']}"))
                .isEqualTo(row("{'tokens':['milk'],'labels':['B-x']}"));
    }

    /** Rows hold milliseconds. */
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
    }

    /** Rows made in Java are checked too. */
    @Test
    void rowThatCouldNotBeStoredAsItIsCannotBeMade() {
        var key = new QueryKey("", "milk");
        assertThatThrownBy(() -> new HeadRow(new QueryKey("", "\ud83e"), tags("x", NOW)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the query is not well-formed text");
        assertThatThrownBy(() -> new HeadRow(key, tags("\ud83e", NOW))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeadRow(key, tags("x", Instant.MAX)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tagged_at is +1000000000-12-31T23:59:59.999Z; expected a time from ");
    }

    private static HeadTags tags(String label, Instant taggedAt) {
        return new HeadTags(List.of(new Tag(label, "milk", 0, 4, 1f)), taggedAt, null, List.of());
    }

    private static HeadRow row(String json) throws Exception {
        return HeadRow.of(JsonValue.parse(json.replace('\'', '"')), NOW);
    }
}
