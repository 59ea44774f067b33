using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Jaga.Deliveries;

namespace Jaga.Evidence;

/// <summary>A store that speaks S3, where the vault is to be in one. <c>Jaga__Evidence__S3__…</c></summary>
public sealed record S3Settings
{
    /// <summary>Its address without the bucket, e.g. <c>https://s3.eu-central-1.amazonaws.com</c>; empty: the vault is in the data folder.</summary>
    public string Endpoint { get; init; } = "";

    public string Bucket { get; init; } = "";

    public string Region { get; init; } = "us-east-1";

    public string AccessKey { get; init; } = "";

    /// <summary>A file that holds the secret key and nothing else.</summary>
    public string SecretKeyFile { get; init; } = "";

    /// <summary>What every key begins with, e.g. <c>jaga/</c>.</summary>
    public string Prefix { get; init; } = "";

    internal IEnumerable<string> Wrong()
    {
        if (Endpoint.Length == 0)
        {
            yield break;
        }

        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") || address.AbsolutePath != "/")
        {
            yield return $"Evidence:S3:Endpoint is '{Endpoint}'. It takes an address such as https://s3.example.org, without the bucket.";
        }

        if (Bucket.Length is < 3 or > 63 || AccessKey.Length == 0 || Region.Length == 0)
        {
            yield return "Evidence:S3 needs Bucket (3 to 63 characters), Region and AccessKey.";
        }

        if (!File.Exists(SecretKeyFile))
        {
            yield return $"Evidence:S3:SecretKeyFile is '{SecretKeyFile}', and no such file is there.";
        }
    }
}

/// <summary>The store refused, failed or could not be reached, after all tries.</summary>
public sealed class S3Failed(string sentence) : IOException(sentence);

/// <summary>
/// Requests to a store that speaks S3, each signed with AWS Signature Version 4, the body's digest included. A failure of the moment (5xx, 429, no connection, too slow) is tried again, five times in all.
/// </summary>
public sealed class S3Client(Wire wire, EvidenceSettings settings, ILogger<S3Client> logger)
{
    private const int Tries = 5;

    // One part of 8 MiB at 0.5 Mbit/s.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private readonly Uri _endpoint = new(settings.S3.Endpoint.Length > 0 ? settings.S3.Endpoint : "http://none.invalid");
    private readonly Lazy<string> _secret = new(() => File.ReadAllText(settings.S3.SecretKeyFile).Trim());

    /// <summary>Sends one request, and gives the answer whatever it says.</summary>
    /// <param name="key">Below the bucket; empty for the bucket itself.</param>
    /// <exception cref="S3Failed">There was no answer, or only failures of the moment.</exception>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string key, IReadOnlyList<(string Name, string Value)> query, ReadOnlyMemory<byte> body, RangeHeaderValue? range, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(Deadline);
            string why;
            try
            {
                using var request = Signed(method, key, query, body);
                request.Headers.Range = range;
                var answer = await wire.Send(request, allowPrivate: true, limit.Token);
                if (answer.StatusCode < HttpStatusCode.InternalServerError && answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout))
                {
                    // Read here, so that a body that is cut or slow is tried again like everything else.
                    await answer.Content.LoadIntoBufferAsync(limit.Token);
                    return answer;
                }

                why = $"it answered {(int)answer.StatusCode}: {Says(await answer.Content.ReadAsStringAsync(limit.Token))}";
                answer.Dispose();
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
            {
                why = failure is OperationCanceledException ? $"no answer within {Deadline.TotalSeconds} s" : failure.InnerException?.Message ?? failure.Message;
            }

            if (attempt == Tries)
            {
                throw new S3Failed($"The store {_endpoint.Host} does not work, {Tries} times in a row: {why}");
            }

            logger.LogWarning("The store of the vault failed, and is asked again: {Why}", why);
            await Task.Delay(TimeSpan.FromMilliseconds(100 << (attempt - 1)), ct);
        }
    }

    /// <summary>The answer, if it is a good one.</summary>
    /// <exception cref="S3Failed">It is not.</exception>
    public static async Task<HttpResponseMessage> Good(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        var says = Says(await answer.Content.ReadAsStringAsync(ct));
        answer.Dispose();
        throw new S3Failed($"The store refused: {(int)answer.StatusCode} {says}");
    }

    /// <summary>What an error in XML says, as a short text.</summary>
    internal static string Says(string xml)
    {
        try
        {
            var error = XDocument.Parse(xml).Root!;
            return $"{error.Element("Code")?.Value} {error.Element("Message")?.Value}".Trim();
        }
        catch (System.Xml.XmlException)
        {
            return xml.Length > 200 ? xml[..200] : xml;
        }
    }

    // The steps of "Authenticating Requests (AWS Signature Version 4)": canonical request, string to sign, signing key, signature.
    private HttpRequestMessage Signed(HttpMethod method, string key, IReadOnlyList<(string Name, string Value)> query, ReadOnlyMemory<byte> body)
    {
        var path = $"/{Encoded(settings.S3.Bucket)}/{string.Join('/', key.Split('/').Select(Encoded))}";
        var canonicalQuery = string.Join('&', query.Select(q => (Name: Encoded(q.Name), Value: Encoded(q.Value))).OrderBy(q => q.Name, StringComparer.Ordinal).Select(q => $"{q.Name}={q.Value}"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(body.Span));

        // The store compares it with its own clock, so it is the machine's, whatever clock Jaga runs on.
        var at = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var host = _endpoint.IsDefaultPort ? _endpoint.Host : $"{_endpoint.Host}:{_endpoint.Port}";
        var canonical = $"{method.Method}\n{path}\n{canonicalQuery}\nhost:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{at}\n\nhost;x-amz-content-sha256;x-amz-date\n{digest}";
        var scope = $"{at[..8]}/{settings.S3.Region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{at}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var signing = Encoding.UTF8.GetBytes("AWS4" + _secret.Value);
        foreach (var part in scope.Split('/'))
        {
            signing = HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(part));
        }

        var request = new HttpRequestMessage(method, new Uri($"{_endpoint.Scheme}://{host}{path}{(canonicalQuery.Length > 0 ? "?" + canonicalQuery : "")}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", digest);
        request.Headers.TryAddWithoutValidation("x-amz-date", at);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={settings.S3.AccessKey}/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={Convert.ToHexStringLower(HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes(toSign)))}");
        if (method == HttpMethod.Put || method == HttpMethod.Post)
        {
            request.Content = new ReadOnlyMemoryContent(body);
        }

        return request;
    }

    // RFC 3986: only unreserved characters stay.
    private static string Encoded(string text) => Uri.EscapeDataString(text);
}
