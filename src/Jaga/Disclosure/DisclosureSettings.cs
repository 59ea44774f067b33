namespace Jaga.Disclosure;

/// <summary>What is kept of requests for data. <c>Jaga__Disclosure__…</c></summary>
public sealed record DisclosureSettings
{
    /// <summary>How long the documents, the data and the record of a request stay in the vault. Set by the house; a law read so far names no time.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(5 * 365);

    internal IEnumerable<string> Wrong()
    {
        if (Keep < TimeSpan.FromDays(1))
        {
            yield return $"Disclosure:Keep is {Keep}. It takes a day or more.";
        }
    }
}
