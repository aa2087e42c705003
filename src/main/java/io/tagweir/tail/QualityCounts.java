package io.tagweir.tail;

/** Spans that teacher and student agree on, and those that only one of them has. A ratio of 0 to 0 is NaN. */
record QualityCounts(int both, int studentAlone, int teacherAlone) {

    static final QualityCounts NONE = new QualityCounts(0, 0, 0);

    /** Of one span, that at least one of them has. */
    static QualityCounts of(boolean byTeacher, boolean byStudent) {
        return new QualityCounts(byTeacher && byStudent ? 1 : 0, byTeacher ? 0 : 1, byStudent ? 0 : 1);
    }

    QualityCounts plus(QualityCounts other) {
        return new QualityCounts(
                both + other.both, studentAlone + other.studentAlone, teacherAlone + other.teacherAlone);
    }

    QualityCounts minus(QualityCounts other) {
        return plus(new QualityCounts(-other.both, -other.studentAlone, -other.teacherAlone));
    }

    double precision() {
        return share(both, both + studentAlone);
    }

    double recall() {
        return share(both, both + teacherAlone);
    }

    double f1() {
        return share(2 * both, 2 * both + studentAlone + teacherAlone);
    }

    private static double share(int part, int whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }
}
