namespace Jaga.Referrals;

/// <summary>The steps on its way, each as the other side answered it.</summary>
public sealed partial class Referral
{
    /// <summary>Whether it stands where <paramref name="seen"/> stood, but that somebody has asked meanwhile for it to be taken back: what the other side answered then still counts.</summary>
    internal bool StandsWhere(Referral seen) =>
        LeasedBy == seen.LeasedBy && State == seen.State && Generation == seen.Generation
        && (Version == seen.Version || (Version == seen.Version + 1 && seen.RetractBecause is null && RetractBecause is not null));

    internal void Opened(long report, DateTimeOffset now)
    {
        (State, ReportId, OpenedAt, TouchedAt) = (ReferralState.Opened, report, now, now);
        Went(now);
    }

    internal void Touched(DateTimeOffset now)
    {
        TouchedAt = now;
        Went(now);
    }

    internal void Finished(DateTimeOffset now)
    {
        Went(now);
        (State, FinishedAt, DueAt, RetractBecause) = (ReferralState.Finished, now, null, null);
    }

    internal void Retracted(DateTimeOffset now)
    {
        Went(now);
        (State, RetractedAt, DueAt) = (ReferralState.Retracted, now, null);
    }

    /// <summary>The other side had finished it when it was to be taken back.</summary>
    internal void TooLateToRetract(DateTimeOffset now)
    {
        RetractBecause = null;
        Went(now);
    }

    /// <summary>The other side has forgotten it: it is opened again as new.</summary>
    internal void Expired(DateTimeOffset now)
    {
        (State, ReportId, OpenedAt, TouchedAt, Generation) = (ReferralState.Countersigned, null, null, null, Generation + 1);
        Went(now);
    }

    /// <summary>What the other side had taken is lost or spoilt there.</summary>
    internal void SetBack(DateTimeOffset next)
    {
        (Setbacks, Failures, DueAt) = (Setbacks + 1, Failures + 1, next);
        Version++;
    }

    internal void Failed(DateTimeOffset next)
    {
        (Failures, DueAt) = (Failures + 1, next);
        Version++;
    }

    internal void Halt(string why, DateTimeOffset? next)
    {
        (Halted, DueAt, Failures) = (why, next, Failures + 1);
        Version++;
    }

    private void Went(DateTimeOffset now)
    {
        (Failures, Halted, DueAt) = (0, null, now);
        Version++;
    }
}
