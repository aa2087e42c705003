package io.tagweir.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageTest {

    @Test
    void pageLoadsNothingFromElsewhere() {
        assertThat(Page.HTML.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContain("http:", "https:", "src=", "@import", "url(");
    }

    @Test
    void pageNeverMakesMarkupOutOfText() {
        assertThat(Page.HTML)
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser");
    }

    @Test
    void pageHasOneScriptAndOneStyleSoThatThePolicyNamesThemAll() {
        assertThat(Page.HTML.split("<script", -1)).hasSize(2);
        assertThat(Page.HTML.split("<style", -1)).hasSize(2);
        assertThat(Page.HTML).doesNotContainPattern("\\s(style|on[a-z]+)=\"");
    }
}
