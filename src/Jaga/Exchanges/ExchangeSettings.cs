namespace Jaga.Exchanges;

/// <summary>The bounds within which exchanges are read. <c>Jaga__Exchanges__…</c></summary>
public sealed record ExchangeSettings
{
    /// <summary>The folder whose files can be followed as lists; empty for <c>lists</c> in the data folder. Nothing outside it is ever read.</summary>
    public string Lists { get; init; } = "";

    /// <summary>Time for one whole answer, 1 s to 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of one page, 64 KiB to 256 MiB.</summary>
    public int MaxPage { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of a list that is fetched whole, at least 1 MiB.</summary>
    public long MaxList { get; init; } = 4L * 1024 * 1024 * 1024;

    internal IEnumerable<string> Wrong()
    {
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromSeconds(100))
        {
            yield return $"Exchanges:Timeout is {Timeout}. It takes 1 s to 100 s.";
        }

        if (MaxPage is < 64 * 1024 or > 256 * 1024 * 1024)
        {
            yield return $"Exchanges:MaxPage is {MaxPage}. It takes 64 KiB to 256 MiB, in bytes.";
        }

        if (MaxList < 1024 * 1024)
        {
            yield return $"Exchanges:MaxList is {MaxList}. It takes at least 1 MiB, in bytes.";
        }
    }
}
