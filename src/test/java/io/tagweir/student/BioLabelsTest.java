package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BioLabelsTest {

    @Test
    void entitiesAreTheLabelsWithoutTheirPrefix() {
        var problems = new ArrayList<String>();
        assertThat(BioLabels.of(List.of("B-size", "O", "I-brand-name", "B-brand-name"), problems)
                        .entities())
                .containsExactly("brand-name", "size");
        assertThat(problems).isEmpty();
    }

    @Test
    void everythingThatIsNotBioIsReported() {
        var problems = new ArrayList<String>();
        BioLabels.of(List.of("B-color", "I-brand", "LABEL_2", "B-color", "B-"), problems);
        assertThat(problems)
                .containsExactly(
                        "the label 'B-color' occurs twice",
                        "there is a label 'I-brand' without 'B-brand'",
                        "the label 'LABEL_2' is not BIO: neither O, nor B- or I- and a name",
                        "the label 'B-' is not BIO: neither O, nor B- or I- and a name",
                        "the labels are not BIO: there is no 'O'");
    }
}
