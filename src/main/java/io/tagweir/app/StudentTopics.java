package io.tagweir.app;

import io.tagweir.avro.StudentRelease;
import io.tagweir.control.ControlTopic;
import io.tagweir.roster.CrewWatch;
import io.tagweir.roster.ReportTopic;
import io.tagweir.roster.StudentLife;
import io.tagweir.topology.Role;
import io.tagweir.topology.Topic;
import java.util.List;

/** The topics that the commands on students read and write, as the settings name them. */
final class StudentTopics {

    private StudentTopics() {}

    static ControlTopic<StudentRelease> control(Settings settings) {
        return new ControlTopic<>(
                settings.clientConfig(),
                settings.topics().name(Topic.STUDENTS),
                settings.serdes().value(Topic.STUDENTS),
                StudentLife.KIND);
    }

    /** Who runs the tail; the application of the settings, in either role that does, may not have reported yet. */
    static CrewWatch crew(Settings settings) {
        var reports = new ReportTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.STUDENT_REPORTS),
                settings.serdes().value(Topic.STUDENT_REPORTS));
        String id = settings.app().applicationId();
        return new CrewWatch(
                settings.clientConfig(),
                reports,
                settings.app().role() == Role.ALL ? List.of(id, AppSettings.suffixed(id, Role.TAIL)) : List.of(id));
    }
}
