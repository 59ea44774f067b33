namespace Jaga.Cases.Statements;

/// <summary>How statements of reasons are given. <c>Jaga__Statements__…</c></summary>
public sealed record StatementSettings
{
    /// <summary>The address under which people reach this house, e.g. <c>https://safety.plaza.example</c>; empty gives links without a host, which the platform completes.</summary>
    public string Address { get; init; } = "";

    /// <summary>For how long after the statement the affected person can object, in months. DSA article 20(1) wants at least six [C].</summary>
    public int ObjectMonths { get; init; } = 6;

    /// <summary>
    /// The categories whose statements are held back at first, because telling the person may endanger an investigation, and for how long; zero for not at all.
    /// Six weeks is the longest that article 11(3) of Regulation (EU) 2021/784 lets an authority forbid it at first [C]; the house takes the same time for abuse of children.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> Withhold { get; init; } = new Dictionary<string, TimeSpan> { ["csam"] = TimeSpan.FromDays(42), ["terrorism"] = TimeSpan.FromDays(42) };

    internal IEnumerable<string> Wrong()
    {
        if (Address.Length > 0 && (!Uri.TryCreate(Address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")))
        {
            yield return $"Statements:Address is '{Address}'. It takes an https address, or nothing.";
        }

        if (ObjectMonths is < 6 or > 60)
        {
            yield return $"Statements:ObjectMonths is {ObjectMonths}. It takes 6 to 60.";
        }

        foreach (var (category, time) in Withhold)
        {
            if (time < TimeSpan.Zero || time > TimeSpan.FromDays(365))
            {
                yield return $"Statements:Withhold:{category} is {time}. It takes zero to 365 days.";
            }
        }
    }
}
