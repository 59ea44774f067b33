namespace Jaga.Deliveries;

/// <summary>What a person says about a webhook receiver.</summary>
/// <param name="Url">An <c>https</c> address; <c>http</c> only with <paramref name="AllowPrivate"/>.</param>
/// <param name="AllowPrivate">Whether it may stand in a private network or on this machine.</param>
/// <param name="TimeoutMs">100 to 30,000 ms; 10,000 unless said.</param>
/// <param name="Concurrency">1 to 64 tries at once per node; 8 unless said.</param>
/// <param name="Headers">Further headers of every post; null leaves them as they are.</param>
public sealed record ReceiverForm(string Url, bool AllowPrivate = false, int TimeoutMs = 10_000, int Concurrency = 8, bool Pages = false, bool Disabled = false, IReadOnlyDictionary<string, string>? Headers = null)
{
    private const int MaxHeaders = 10;

    // Headers that say who is meant, how long the body is, or what was signed are not for an operator to set.
    private static readonly string[] Reserved = ["host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "proxy-authorization"];

    internal void Check()
    {
        var wrong = new Dictionary<string, string[]>();
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || Url.Length > 2000)
        {
            wrong["url"] = ["An https address without a password and without a fragment, at most 2000 characters."];
        }
        else if (uri.Scheme == "http" && !AllowPrivate)
        {
            wrong["url"] = ["Plain http is only for receivers that may stand in a private network (allowPrivate)."];
        }

        if (TimeoutMs is < 100 or > 30_000)
        {
            wrong["timeoutMs"] = ["100 to 30000 milliseconds."];
        }

        if (Concurrency is < 1 or > 64)
        {
            wrong["concurrency"] = ["1 to 64."];
        }

        if (Headers is not null && (Headers.Count > MaxHeaders || Headers.Any(h => !IsToken(h.Key) || Reserved.Contains(h.Key.ToLowerInvariant()) || h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase) || h.Value.Length > 2000 || h.Value.Any(c => c is < ' ' or > '~'))))
        {
            wrong["headers"] = [$"At most {MaxHeaders} headers, with printable ASCII values, and none that HTTP or the signature needs itself."];
        }

        if (wrong.Count > 0)
        {
            throw new BadInput(wrong);
        }
    }

    internal void Fill(Receiver receiver, MasterKey master)
    {
        (receiver.Url, receiver.AllowPrivate, receiver.TimeoutMs, receiver.Concurrency, receiver.Pages, receiver.Disabled) = (Url, AllowPrivate, TimeoutMs, Concurrency, Pages, Disabled);
        if (Headers is not null)
        {
            receiver.SetHeaders(Headers, master);
        }
    }

    private static bool IsToken(string name) => name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
