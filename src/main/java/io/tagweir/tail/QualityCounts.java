package io.tagweir.tail;

/** Spans that teacher and student agree on, and those that only one of them has. */
record QualityCounts(int both, int studentAlone, int teacherAlone) {

    /** Of one span, that at least one of them has. */
    static QualityCounts of(boolean byTeacher, boolean byStudent) {
        return new QualityCounts(byTeacher && byStudent ? 1 : 0, byTeacher ? 0 : 1, byStudent ? 0 : 1);
    }

    QualityCounts plus(QualityCounts other) {
        return new QualityCounts(
                both + other.both, studentAlone + other.studentAlone, teacherAlone + other.teacherAlone);
    }
}
