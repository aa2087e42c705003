package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {

    @TempDir
    private Path directory;

    private final ArrayList<String> problems = new ArrayList<>();

    @Test
    void labelWithoutItsOwnTakesTheDefault() throws IOException {
        Thresholds thresholds = shipped("{\"default\": 0.6, \"labels\": {\"brand\": 0.8}}");
        assertThat(problems).isEmpty();
        assertThat(thresholds.of("brand")).isEqualTo(0.8);
        assertThat(thresholds.of("color")).isEqualTo(0.6);
    }

    @Test
    void modelThatShipsNoneKeepsEverySpan() {
        assertThat(Thresholds.shippedIn(directory, problems)).isEqualTo(Thresholds.NONE);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {'default': 'high'}                          | : default is "high"; expected a number
            {'labels': {}}                               | : default is missing; expected a number
            {'default': 0.5, 'labels': {'brand': null}}  | : labels.brand is null; expected a number
            {'default': 0.5, 'labels': ['brand']}        | : labels is an array; expected an object
            {'default': 1.5}                             | the threshold is 1.5; expected 0 to 1
            {'default': 0.5, 'label': {'brand': 0.8}}    | : label is an unknown field; expected one of default, labels
            {'default': 0.5, 'default': 0.6}             | : invalid JSON near column
            {'default': 0.5, 'labels': {'a': 0.5, 'a': 0.6}} | : invalid JSON near column
            {'default': 0.5} 0.6                         | : invalid JSON near column
            0.5                                          | : the JSON value is 0.5; expected an object
            """)
    void brokenFileIsReported(String json, String problem) throws IOException {
        assertThat(shipped(json.replace('\'', '"'))).isEqualTo(Thresholds.NONE);
        assertThat(problems)
                .singleElement()
                .asString()
                .startsWith(directory.resolve(Thresholds.FILE).toString())
                .contains(problem);
    }

    @Test
    void oneThresholdReplacesThoseOfTheModel() {
        var own = new Thresholds(0.6, Map.of("brand", 0.8));
        var settings = StudentSettings.defaults();
        assertThat(settings.over(own)).isEqualTo(own);
        assertThat(settings.withThreshold(0).over(own)).isEqualTo(Thresholds.NONE);
        var exceptions = new StudentSettings("", Device.CPU, -1, Map.of("color", 0.9), 1, 0);
        assertThat(exceptions.over(own)).isEqualTo(new Thresholds(0.6, Map.of("brand", 0.8, "color", 0.9)));
    }

    private Thresholds shipped(String json) throws IOException {
        Files.writeString(directory.resolve(Thresholds.FILE), json);
        return Thresholds.shippedIn(directory, problems);
    }
}
