namespace Jaga.Kernel;

/// <summary>A rule of the house was broken. The text is a sentence for the caller, who sees it as it is, with status 409.</summary>
/// <param name="indonesian">The same in Indonesian, where the sentence is put together from data; others are translated where they are shown.</param>
public sealed class RuleBroken(string rule, string? indonesian = null) : Exception(rule)
{
    public string? Indonesian { get; } = indonesian;
}

/// <summary>The thing asked for is not there, or not for this actor to know of. Status 404.</summary>
public sealed class NotFound(string what) : Exception($"There is no {what}.");

/// <summary>Something in the request cannot be read. Names each field with its reason; nothing was changed. Status 422.</summary>
public sealed class BadInput(IReadOnlyDictionary<string, string[]> problems) : Exception(string.Join(" ", problems.SelectMany(p => p.Value)))
{
    public BadInput(string field, string reason)
        : this(new Dictionary<string, string[]> { [field] = [reason] })
    {
    }

    /// <summary>Reasons by field, e.g. <c>file</c> or <c>lines[3]</c>.</summary>
    public IReadOnlyDictionary<string, string[]> Problems { get; } = problems;
}

/// <summary>The caller asks too much or too fast. Status 429, with <c>Retry-After</c>.</summary>
public sealed class TooMany(string reason, TimeSpan retryAfter) : Exception(reason)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>A part of the house is still starting, and an answer now could be a wrong one. Status 503, with <c>Retry-After</c>.</summary>
public sealed class NotReady(string reason, TimeSpan retryAfter) : Exception(reason)
{
    /// <summary>When to ask again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
