using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Jaga.Deliveries;

namespace Jaga.Referrals.CyberTip;

/// <summary>A call to NCMEC as it went, to be kept: what was asked, what was answered, under which of their request ids.</summary>
/// <param name="Request">The XML or the form's fields, without a file's bytes; null for none.</param>
/// <param name="RequestId">The header <c>Request-ID</c>, for their support.</param>
public sealed record TipCall(string Method, string Path, string? Request, int Status, string Response, string? RequestId, TimeSpan Took, TipAnswer Answer)
{
    /// <summary>The answer in a few words, without anything of what was sent.</summary>
    public string Told => Answer.Code is { } code ? $"{code} {Answer.Told}" : $"HTTP {Status} {Answer.Told}";

    /// <summary>Whether the last byte was handed to the network: what was not sent whole was not taken.</summary>
    public bool WasSentWhole { get; init; } = true;

    /// <summary>Whether it may have had its effect all the same: sent whole, and answered by nobody, by half, or by something in between that does not say no.</summary>
    public bool IsUnknown => WasSentWhole && Answer.Code is null && Status is not ((>= 400 and < 500) or 503);
}

/// <summary>Where to, and as whom.</summary>
/// <param name="Base">E.g. <c>https://exttest.cybertip.org/ispws</c>, without a slash at its end.</param>
/// <param name="AllowPrivate">Whether it may stand on this machine or in a private network: a sandbox.</param>
public sealed record TipLink(string Base, string User, string Password, bool AllowPrivate)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => $"{User} at {Base}";
}

/// <summary>
/// NCMEC's reporting service (ispws): HTTPS, basic authentication, one call each for submit, upload, fileinfo, finish, retract.
/// Whatever the service does is an answer, never an exception.
/// </summary>
public sealed class TipClient(Wire wire, ReferralSettings settings, TimeProvider clock)
{
    /// <summary>Asks whether the service lets us in.</summary>
    public Task<TipCall> Status(TipLink link, CancellationToken ct) => Call(link, HttpMethod.Get, "/status", null, null, ct);

    /// <summary>The schema as it is now; null with the call when it was not given.</summary>
    public async Task<(TipCall Call, byte[]? Xsd)> Xsd(TipLink link, CancellationToken ct)
    {
        byte[]? kept = null;
        var call = await Call(link, HttpMethod.Get, "/xsd", null, null, ct, body => kept = body);
        return (call, call.Status == 200 ? kept : null);
    }

    /// <summary>Opens a report.</summary>
    public Task<TipCall> Submit(TipLink link, XDocument report, CancellationToken ct) => Xml(link, "/submit", report, ct);

    /// <summary>Sends a file's bytes from a stream; of any size, none of it held.</summary>
    /// <param name="name">A name without meaning: the uploader's own is told in the file's details.</param>
    public async Task<TipCall> Upload(TipLink link, long reportId, string name, long length, Stream bytes, CancellationToken ct)
    {
        var file = new StreamContent(bytes, 256 * 1024);
        file.Headers.ContentType = new("application/octet-stream");
        file.Headers.ContentLength = length;
        var form = new WatchedForm { { new StringContent(reportId.ToString(System.Globalization.CultureInfo.InvariantCulture)), "id" }, { file, "file", name } };
        var call = await Call(link, HttpMethod.Post, "/upload", form, $"id={reportId} file={name} ({length} bytes)", ct);
        return call with { WasSentWhole = form.WasSentWhole };
    }

    /// <summary>Tells what is known about a file.</summary>
    public Task<TipCall> FileInfo(TipLink link, XDocument details, CancellationToken ct) => Xml(link, "/fileinfo", details, ct);

    /// <summary>Finishes a report; nothing can be added or taken back afterwards.</summary>
    public Task<TipCall> Finish(TipLink link, long reportId, CancellationToken ct) => Form(link, "/finish", reportId, ct);

    /// <summary>Takes an unfinished report back.</summary>
    public Task<TipCall> Retract(TipLink link, long reportId, CancellationToken ct) => Form(link, "/retract", reportId, ct);

    private Task<TipCall> Xml(TipLink link, string path, XDocument document, CancellationToken ct)
    {
        var bytes = TipXml.Bytes(document);
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("text/xml") { CharSet = "utf-8" };
        return Call(link, HttpMethod.Post, path, content, Encoding.UTF8.GetString(bytes), ct);
    }

    private Task<TipCall> Form(TipLink link, string path, long reportId, CancellationToken ct) =>
        Call(link, HttpMethod.Post, path, new FormUrlEncodedContent([new("id", reportId.ToString(System.Globalization.CultureInfo.InvariantCulture))]), $"id={reportId}", ct);

    private async Task<TipCall> Call(TipLink link, HttpMethod method, string path, HttpContent? content, string? told, CancellationToken ct, Action<byte[]>? keep = null)
    {
        var began = clock.GetTimestamp();
        using var request = new HttpRequestMessage(method, link.Base + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{link.User}:{link.Password}")));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(path is "/upload" ? settings.UploadTimeout : settings.Timeout);

        // What came before the answer broke off is kept: with the Request-ID their support finds the call.
        var (status, id, came) = (0, (string?)null, new MemoryStream());
        try
        {
            using var response = await wire.Send(request, link.AllowPrivate, limit.Token);
            (status, id) = ((int)response.StatusCode, response.Headers.TryGetValues("Request-ID", out var ids) ? ids.FirstOrDefault() : null);
            await Read(response, came, path is "/xsd" ? 8 * 1024 * 1024 : TipAnswer.MaxBody, limit.Token);
            var body = came.ToArray();
            if (keep is not null)
            {
                keep(body);
                return new(method.Method, path, told, status, $"({body.Length} bytes)", id, clock.GetElapsedTime(began), new(status, null, ""));
            }

            return new(method.Method, path, told, status, Encoding.UTF8.GetString(body), id, clock.GetElapsedTime(began), TipAnswer.Read(status, body));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Failed("There was no whole answer in time.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException)
        {
            return Failed(failure.InnerException?.Message ?? failure.Message);
        }

        TipCall Failed(string why) => new(method.Method, path, told, status, keep is null ? Encoding.UTF8.GetString(came.ToArray()) : "", id, clock.GetElapsedTime(began), TipAnswer.None(why));
    }

    private static async Task Read(HttpResponseMessage response, MemoryStream body, int most, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var piece = new byte[16 * 1024];
        while (await stream.ReadAsync(piece, ct) is > 0 and var read)
        {
            if (body.Length + read > most)
            {
                throw new InvalidDataException($"The answer is larger than {most / 1024} KiB.");
            }

            body.Write(piece, 0, read);
        }
    }

    private sealed class WatchedForm : MultipartFormDataContent
    {
        public bool WasSentWhole { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await base.SerializeToStreamAsync(stream, context, cancellationToken);
            WasSentWhole = true;
        }
    }
}
