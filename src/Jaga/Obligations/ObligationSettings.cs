namespace Jaga.Obligations;

/// <summary>What the operator may change about what is owed. <c>Jaga__Obligations__…</c></summary>
public sealed record ObligationSettings
{
    /// <summary>A folder of further regimes (<c>*.json</c>, the form of those that come with Jaga), or empty.</summary>
    public string Regimes { get; init; } = "";

    /// <summary>Other times by clause, e.g. <c>house.decide-held</c> → <c>PT12H</c>. The law's own deadlines can only be made shorter.</summary>
    public IReadOnlyDictionary<string, string> Due { get; init; } = new Dictionary<string, string>();

    /// <summary>After which time an urgent notice that nobody has taken is repeated, one level up; 1 minute to 1 day. Once everyone was told, each time twice as long, at most a day.</summary>
    public TimeSpan CallAgain { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the leads are told of a clock that stands still: while it does, no rung of its ladder falls. 1 to 90 days.</summary>
    public TimeSpan PausedAgain { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long what staff were told is kept, once nobody is called about it any more; 90 to 3,650 days, or 0 for ever.</summary>
    public TimeSpan KeepNotices { get; init; } = TimeSpan.FromDays(730);

    /// <summary>Whether what the law sets a time for is cancelled only when a second person does so too.</summary>
    public bool TwoPersonsToCancel { get; init; } = true;

    internal IEnumerable<string> Wrong()
    {
        if (KeepNotices != TimeSpan.Zero && (KeepNotices < TimeSpan.FromDays(90) || KeepNotices > TimeSpan.FromDays(3650)))
        {
            yield return $"Obligations:KeepNotices is {KeepNotices}. It takes 90 to 3650 days, or 0 for ever.";
        }

        if (Regimes.Length > 0 && !Directory.Exists(Regimes))
        {
            yield return $"Obligations:Regimes is '{Regimes}', which is not a folder.";
        }

        if (CallAgain < TimeSpan.FromMinutes(1) || CallAgain > TimeSpan.FromDays(1))
        {
            yield return $"Obligations:CallAgain is {CallAgain}. It takes 1 min to 1 day.";
        }

        if (PausedAgain < TimeSpan.FromDays(1) || PausedAgain > TimeSpan.FromDays(90))
        {
            yield return $"Obligations:PausedAgain is {PausedAgain}. It takes 1 to 90 days.";
        }
    }
}
