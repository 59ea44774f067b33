using System.Net.Http;
using System.Text;
using Jaga.Deliveries;

namespace Jaga.Exchanges.Protocols;

/// <summary>
/// The line to one exchange for one turn of work: its address, its credentials, and requests within bounds of time and size, to checked addresses only, without redirects.
/// </summary>
internal sealed class Link(Exchange exchange, IReadOnlyDictionary<string, string> credentials, Wire wire, ExchangeSettings settings, TimeProvider clock, string data) : IDisposable
{
    /// <summary>The longest wait that another's Retry-After is honoured for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    public Exchange Exchange => exchange;

    public ExchangeSettings Settings => settings;

    /// <summary>The folder of lists that are put there by hand.</summary>
    public string Lists => settings.Lists.Length > 0 ? settings.Lists : Path.Combine(data, "lists");

    /// <summary>The folder of lists that were fetched and are being read.</summary>
    public string Fetched => Path.Combine(data, "exchanges");

    /// <summary>A token that was signed in for, until the turn ends.</summary>
    public string? Token { get; set; }

    /// <summary>What a protocol keeps open from one page to the next, until the turn ends.</summary>
    public IDisposable? Open { get; set; }

    /// <summary>What an answer that is no success means by its first words; null where it means what its status says.</summary>
    public Func<int, string, ExchangeFailure?>? Explain { get; set; }

    /// <summary>A credential, or empty.</summary>
    public string Credential(string name) => credentials.GetValueOrDefault(name, "");

    /// <summary>Asks, and reads the whole answer.</summary>
    /// <exception cref="ExchangeFailure">There is no answer, or none that can be used.</exception>
    public async Task<byte[]> Ask(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            return await Try(request, async (answer, limit) =>
            {
                await using var stream = await answer.Content.ReadAsStreamAsync(limit);
                var body = new MemoryStream();
                await Copy(stream, body, settings.MaxPage, limit);
                return body.ToArray();
            }, ct);
        }
    }

    /// <summary>Asks, and does something with an answer that has not been read yet.</summary>
    public async Task<T> Try<T>(HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken ct, TimeSpan? within = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(within ?? settings.Timeout);
        request.Headers.UserAgent.ParseAdd("Jaga");
        try
        {
            using var answer = await wire.Send(request, exchange.AllowPrivate, limit.Token);
            await Explained(answer, limit.Token);
            Check(answer);
            return await read(answer, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ExchangeFailure(FailureKind.Away, $"No whole answer within {(within ?? settings.Timeout).TotalSeconds:0} s.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new ExchangeFailure(FailureKind.Away, Innermost(failure));
        }
    }

    /// <summary>Copies at most <paramref name="most"/> bytes.</summary>
    /// <exception cref="ExchangeFailure">There are more.</exception>
    public static async Task Copy(Stream from, Stream to, long most, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        for (var total = 0L; await from.ReadAsync(buffer, ct) is > 0 and var read;)
        {
            total += read;
            if (total > most)
            {
                throw new ExchangeFailure(FailureKind.Unreadable, $"The answer is larger than {most / 1024:N0} KiB.");
            }

            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }
    }

    /// <summary>A request below the exchange's address.</summary>
    public HttpRequestMessage Get(string path) => new(HttpMethod.Get, exchange.Address + path);

    /// <summary>A request with a name and a password (RFC 7617).</summary>
    public static HttpRequestMessage Basic(HttpRequestMessage request, string user, string password)
    {
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return request;
    }

    public void Dispose() => Open?.Dispose();

    private async Task Explained(HttpResponseMessage answer, CancellationToken ct)
    {
        if (Explain is null || answer.IsSuccessStatusCode)
        {
            return;
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        var start = new byte[8 * 1024];
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, ct);
        if (Explain((int)answer.StatusCode, Encoding.UTF8.GetString(start, 0, length)) is { } failure)
        {
            throw failure;
        }
    }

    private void Check(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        var wait = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        wait = wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, LongestWait.Ticks));
        var failure = status switch
        {
            >= 200 and < 300 or 304 => null,
            401 or 403 => new ExchangeFailure(FailureKind.Refused, $"The exchange answered {status}: it does not take these credentials."),
            429 => new ExchangeFailure(FailureKind.Busy, "The exchange answered 429: too many requests.", wait),
            503 when wait is not null => new ExchangeFailure(FailureKind.Busy, "The exchange answered 503 and a time to come back.", wait),
            >= 500 => new ExchangeFailure(FailureKind.Away, $"The exchange answered {status}.", wait),
            >= 300 and < 400 => new ExchangeFailure(FailureKind.Wrong, $"The exchange answered {status}; redirects are not followed."),
            _ => new ExchangeFailure(FailureKind.Wrong, $"The exchange answered {status}."),
        };
        if (failure is not null)
        {
            throw failure;
        }
    }

    private static string Innermost(Exception failure)
    {
        while (failure is not Unreachable && failure.InnerException is { } inner)
        {
            failure = inner;
        }

        return failure is Unreachable ? failure.Message : $"The connection failed: {failure.Message}";
    }
}
