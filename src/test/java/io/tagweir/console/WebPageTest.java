package io.tagweir.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WebPageTest {

    @Test
    void pageLoadsNothingFromElsewhere() {
        assertThat(WebPage.HTML.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "src=", "@import", "url(");
    }

    @Test
    void pageNeverMakesMarkupOutOfText() {
        assertThat(WebPage.HTML)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser");
    }

    @Test
    void pageHasOneScriptAndOneStyleSoThatThePolicyNamesThemAll() {
        assertThat(WebPage.HTML.split("<script", -1)).hasSize(2);
        assertThat(WebPage.HTML.split("<style", -1)).hasSize(2);
        assertThat(WebPage.HTML).doesNotContainPattern("\\s(style|on[a-z]+)=\"");
    }
}
