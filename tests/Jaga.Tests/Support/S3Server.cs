using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Jaga.Tests.Support;

/// <summary>A store that speaks S3's REST protocol over a real socket: signatures checked by the letter of AWS's description, whole and multipart uploads, ranges, lists in pages, and faults on demand.</summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "evidence", AccessKey = "AKIDEXAMPLE", SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Region = "xx-test-1";
    private static readonly XNamespace Ns = "http://s3.amazonaws.com/doc/2006-03-01/";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, SortedDictionary<int, byte[]>> _uploads = new();

    private S3Server(WebApplication app) => _app = app;

    /// <summary>What is stored, by key.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();

    /// <summary>Uploads that were begun and neither finished nor given up.</summary>
    public int Unfinished => _uploads.Count;

    /// <summary>How many parts came in.</summary>
    public int Parts { get; private set; }

    /// <summary>What the next requests are answered with instead: a status, or 0 for a connection that breaks off.</summary>
    public ConcurrentQueue<int> Faults { get; } = new();

    /// <summary>Keys that nobody may read or remove: 403, for as long as they stand here.</summary>
    public ConcurrentDictionary<string, bool> Denied { get; } = new();

    /// <summary>Says 200 to the completion of an upload, with an error in the body.</summary>
    public bool FailsToComplete { get; set; }

    /// <summary>Requests refused for their signature.</summary>
    public int Refused { get; private set; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<S3Server> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var server = new S3Server(app);
        app.Run(server.Answer);
        await app.StartAsync();
        return server;
    }

    /// <summary>The settings by which a Jaga uses it.</summary>
    public (string Key, string Value)[] Settings(string folder)
    {
        var secret = Path.Combine(folder, $"s3-{Path.GetRandomFileName()}");
        File.WriteAllText(secret, SecretKey + "\n");
        return [("Evidence:S3:Endpoint", Address), ("Evidence:S3:Bucket", Bucket), ("Evidence:S3:Region", Region), ("Evidence:S3:AccessKey", AccessKey), ("Evidence:S3:SecretKeyFile", secret), ("Evidence:S3:Prefix", "jaga/")];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (Faults.TryDequeue(out var fault))
        {
            if (fault == 0)
            {
                http.Abort();
                return;
            }

            await Error(http, fault, "SlowDown", "Please reduce your request rate.");
            return;
        }

        if (WhyNot(http, body.ToArray()) is { } why)
        {
            Refused++;
            await Error(http, 403, "SignatureDoesNotMatch", why);
            return;
        }

        var path = http.Request.Path.Value!;
        var key = path.StartsWith($"/{Bucket}/", StringComparison.Ordinal) ? path[(Bucket.Length + 2)..] : throw new InvalidOperationException($"Not in the bucket: {path}");
        if (Denied.ContainsKey(key) && http.Request.Method is not "PUT")
        {
            await Error(http, 403, "AccessDenied", "Access Denied.");
            return;
        }

        await (http.Request.Method switch
        {
            "PUT" => Put(http, key, body.ToArray()),
            "POST" => Post(http, key, body.ToArray()),
            "DELETE" => Delete(http, key),
            "GET" when key.Length == 0 => List(http),
            _ => Get(http, key),
        });
    }

    private async Task Put(HttpContext http, string key, byte[] body)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"";
        if (http.Request.Query["uploadId"] is [{ } id])
        {
            if (!_uploads.TryGetValue(id, out var parts))
            {
                await Error(http, 404, "NoSuchUpload", "The specified upload does not exist.");
                return;
            }

            Parts++;
            parts[int.Parse(http.Request.Query["partNumber"]!, CultureInfo.InvariantCulture)] = body;
        }
        else
        {
            Objects[key] = body;
        }

        http.Response.Headers.ETag = tag;
    }

    private async Task Post(HttpContext http, string key, byte[] body)
    {
        if (http.Request.Query.ContainsKey("uploads"))
        {
            var id = $"upload+{_uploads.Count}/{Objects.Count}";
            _uploads[id] = [];
            await Xml(http, new(Ns + "InitiateMultipartUploadResult", new XElement(Ns + "Bucket", Bucket), new XElement(Ns + "Key", key), new XElement(Ns + "UploadId", id)));
            return;
        }

        var parts = _uploads[http.Request.Query["uploadId"]!];
        var named = XDocument.Parse(Encoding.UTF8.GetString(body)).Root!.Elements(Ns + "Part").Select(p => (int.Parse(p.Element(Ns + "PartNumber")!.Value, CultureInfo.InvariantCulture), p.Element(Ns + "ETag")!.Value)).ToList();
        if (FailsToComplete)
        {
            await Xml(http, new("Error", new XElement("Code", "InternalError"), new XElement("Message", "We encountered an internal error.")));
            return;
        }

        if (!named.SequenceEqual(parts.Select(p => (p.Key, $"\"{Convert.ToHexStringLower(SHA256.HashData(p.Value))}\""))) || parts.Values.SkipLast(1).Any(p => p.Length < 5 * 1024 * 1024))
        {
            await Error(http, 400, "InvalidPart", "One or more of the specified parts could not be found, or is too small.");
            return;
        }

        Objects[key] = [.. parts.Values.SelectMany(p => p)];
        _uploads.TryRemove(http.Request.Query["uploadId"]!, out _);
        await Xml(http, new(Ns + "CompleteMultipartUploadResult", new XElement(Ns + "Key", key)));
    }

    private Task Delete(HttpContext http, string key)
    {
        _ = http.Request.Query["uploadId"] is [{ } id] ? _uploads.TryRemove(id, out _) : Objects.TryRemove(key, out _);
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private async Task Get(HttpContext http, string key)
    {
        if (!Objects.TryGetValue(key, out var bytes))
        {
            await Error(http, 404, "NoSuchKey", "The specified key does not exist.");
            return;
        }

        var range = http.Request.GetTypedHeaders().Range?.Ranges.Single();
        var (from, to) = ((int)(range?.From ?? 0), (int)Math.Min(bytes.Length - 1, range?.To ?? long.MaxValue));
        http.Response.StatusCode = range is null ? 200 : 206;
        http.Response.ContentLength = bytes.Length == 0 ? 0 : to - from + 1;
        if (http.Request.Method == "GET")
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(from, bytes.Length == 0 ? 0 : to - from + 1));
        }
    }

    // Two keys a page, so that a reader has to turn pages.
    private Task List(HttpContext http)
    {
        var after = http.Request.Query["continuation-token"].ToString();
        var all = Objects.Keys.Where(k => k.StartsWith(http.Request.Query["prefix"].ToString(), StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0).Order(StringComparer.Ordinal).ToList();
        var page = all.Take(2).ToList();
        return Xml(http, new(Ns + "ListBucketResult", page.Select(k => new XElement(Ns + "Contents", new XElement(Ns + "Key", k), new XElement(Ns + "Size", Objects[k].Length))),
            new XElement(Ns + "IsTruncated", all.Count > 2 ? "true" : "false"), all.Count > 2 ? new XElement(Ns + "NextContinuationToken", page[^1]) : null));
    }

    // What the signature must be, from what came over the wire and nothing else.
    private static string? WhyNot(HttpContext http, byte[] body)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return "no signature";
        }

        var fields = header[17..].Split(',', StringSplitOptions.TrimEntries).ToDictionary(f => f[..f.IndexOf('=', StringComparison.Ordinal)], f => f[(f.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var credential = fields["Credential"].Split('/');
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        if (credential is not [AccessKey, var day, Region, "s3", "aws4_request"] || http.Request.Headers["x-amz-content-sha256"] != digest)
        {
            return "credential or digest";
        }

        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var query = target.Length < 2 ? "" : string.Join('&', target[1].Split('&').Select(q => q.Contains('=', StringComparison.Ordinal) ? q : q + "=").Order(StringComparer.Ordinal));
        var names = fields["SignedHeaders"].Split(';');
        var headers = string.Concat(names.Select(n => $"{n}:{http.Request.Headers[n].ToString().Trim()}\n"));
        if (!names.Contains("host") || !names.Contains("x-amz-date"))
        {
            return "host and date must be signed";
        }

        var canonical = $"{http.Request.Method}\n{target[0]}\n{query}\n{headers}\n{fields["SignedHeaders"]}\n{digest}";
        var toSign = $"AWS4-HMAC-SHA256\n{http.Request.Headers["x-amz-date"]}\n{string.Join('/', credential[1..])}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = HMACSHA256.HashData(Encoding.UTF8.GetBytes("AWS4" + SecretKey), Encoding.UTF8.GetBytes(day));
        key = HMACSHA256.HashData(HMACSHA256.HashData(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Region)), "s3"u8.ToArray()), "aws4_request"u8.ToArray());
        return fields["Signature"] == Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign))) ? null : "signature";
    }

    private static Task Error(HttpContext http, int status, string code, string message)
    {
        http.Response.StatusCode = status;
        return http.Request.Method == "HEAD" ? Task.CompletedTask : Xml(http, new("Error", new XElement("Code", code), new XElement("Message", message)));
    }

    private static Task Xml(HttpContext http, XElement root)
    {
        http.Response.ContentType = "application/xml";
        return http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{root.ToString(SaveOptions.DisableFormatting)}");
    }
}
