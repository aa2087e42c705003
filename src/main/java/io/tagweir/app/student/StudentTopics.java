package io.tagweir.app.student;

import io.tagweir.app.settings.AppSettings;
import io.tagweir.app.settings.Settings;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentReport;
import io.tagweir.control.CompactedTopic;
import io.tagweir.control.ControlTopic;
import io.tagweir.control.GroupReports;
import io.tagweir.roster.StudentLifecycle;
import io.tagweir.topology.Role;
import io.tagweir.topology.Topic;
import java.util.List;
import java.util.function.Consumer;

/** The topics that the commands on students read and write, as the settings name them. */
public final class StudentTopics {

    private StudentTopics() {}

    public static ControlTopic<StudentRelease> control(Settings settings) {
        return control(settings, System.err::println);
    }

    /** @param warnings see {@link ControlTopic} */
    public static ControlTopic<StudentRelease> control(Settings settings, Consumer<String> warnings) {
        return new ControlTopic<>(
                settings.clientConfig(),
                settings.topics().name(Topic.STUDENTS),
                settings.serdes().value(Topic.STUDENTS),
                StudentLifecycle.INSTANCE,
                warnings);
    }

    /**
     * What instances report; the application of the settings, in either role with a tail, may not have reported yet.
     */
    public static GroupReports<StudentReport> reports(Settings settings) {
        var reports = new CompactedTopic<>(
                settings.clientConfig(),
                settings.topics().name(Topic.STUDENT_REPORTS),
                settings.serdes().value(Topic.STUDENT_REPORTS));
        String id = settings.app().applicationId();
        return new GroupReports<>(
                settings.clientConfig(),
                reports,
                settings.app().role() == Role.ALL ? List.of(id, AppSettings.suffixed(id, Role.TAIL)) : List.of(id));
    }
}
