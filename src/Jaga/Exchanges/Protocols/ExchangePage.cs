using Jaga.Banks;

namespace Jaga.Exchanges.Protocols;

/// <summary>What one entry of an exchange says now. It takes the place of all that the same entry said before.</summary>
/// <param name="Key">How the exchange tells it from others.</param>
/// <param name="Signals">Empty where the entry is gone.</param>
/// <param name="ExpiresAt">When it is gone by itself, if the exchange says so.</param>
internal readonly record struct ExchangeEntry(string Key, IReadOnlyList<NewSignal> Signals, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Characters in a key.</summary>
    public const int MaxKey = 300;
}

/// <summary>An entry that cannot be believed, and why.</summary>
internal readonly record struct UnreadableEntry(string Key, string Reason, string Excerpt);

/// <summary>One page of an exchange, as far as it could be read.</summary>
internal sealed record ExchangePage
{
    public IReadOnlyList<ExchangeEntry> Entries { get; init; } = [];

    public IReadOnlyList<UnreadableEntry> Unreadable { get; init; } = [];

    /// <summary>Fingerprints of kinds that Jaga does not hold, by their name there.</summary>
    public IReadOnlyDictionary<string, int> Unheld { get; init; } = new Dictionary<string, int>();

    /// <summary>The page after this one; null where the run is over.</summary>
    public string? Next { get; init; }

    /// <summary>To be kept with this page; null where the one before still holds.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>With this page, the bank holds all that the exchange had at this time.</summary>
    public DateTimeOffset? InStepTo { get; init; }

    /// <summary>How much of the run is done, 0 to 1, where that can be known.</summary>
    public double? Share { get; init; }

    /// <summary>The exchange has nothing new since the last run: that it tells of nothing does not mean that anything is gone.</summary>
    public bool Unchanged { get; init; }

    /// <summary>What is passed over, in a sentence: a page that cannot be read, and was tried often enough.</summary>
    public string? Lost { get; init; }

    /// <summary>The start of what is passed over.</summary>
    public string Excerpt { get; init; } = "";
}

/// <summary>An exchange could not be read: data of the outside world, kept on <see cref="ExchangeProgress"/>. The sentence holds neither credentials nor addresses with them.</summary>
internal sealed class ExchangeFailure(FailureKind kind, string sentence, TimeSpan? retryAfter = null, string excerpt = "") : Exception(sentence)
{
    public FailureKind Kind { get; } = kind;

    /// <summary>When the other side wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The start of an answer that cannot be read.</summary>
    public string Excerpt { get; } = excerpt;
}
