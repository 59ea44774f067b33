using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Jaga.Referrals.CyberTip;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Jaga.Server.Sandbox;

/// <summary>
/// Speaks NCMEC's reporting protocol on a socket of this machine, for adopters without credentials and for tests: all calls and codes, the schema's order,
/// expiry by a clock that can be moved, faults on demand. It keeps everything in memory and forgets it at its end; nothing that is sent to it is a report.
/// </summary>
public sealed class CyberTipSandbox : IAsyncDisposable
{
    private const string OwnSchema = """
        <?xml version="1.0" encoding="UTF-8"?>
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
          <xs:element name="report"><xs:complexType><xs:sequence><xs:any minOccurs="2" maxOccurs="unbounded" processContents="skip"/></xs:sequence></xs:complexType></xs:element>
          <xs:element name="fileDetails"><xs:complexType><xs:sequence><xs:any minOccurs="2" maxOccurs="unbounded" processContents="skip"/></xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """;

    private readonly TimeProvider _clock;
    private readonly WebApplication _app;
    private long _last = 4_000_000;
    private byte[] _xsd;
    private TipSchema _schema;

    private CyberTipSandbox(TimeProvider clock, byte[]? xsd, int port)
    {
        _clock = clock;
        _xsd = xsd ?? Encoding.UTF8.GetBytes(OwnSchema);
        _schema = TipSchema.Read(_xsd);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, port);
            k.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(Take);
    }

    /// <summary>User name and password that are let in.</summary>
    public (string User, string Password) Credentials { get; set; } = ("sandbox", "sandbox");

    /// <summary>What happens to the next call of a path, e.g. <c>/submit</c>; asked once for each call.</summary>
    public Func<string, SandboxFault> Fault { get; set; } = _ => SandboxFault.None;

    /// <summary>Called when the next call of a path has had its effect and nothing of it is answered.</summary>
    public Func<string, Task> Done { get; set; } = _ => Task.CompletedTask;

    /// <summary>How long a slow answer takes.</summary>
    public TimeSpan SlowFor { get; set; } = TimeSpan.FromMinutes(2);

    public ConcurrentDictionary<long, SandboxReport> Reports { get; } = [];

    /// <summary>The reports that are neither finished nor retracted nor over their time.</summary>
    public IEnumerable<SandboxReport> StillOpen => Reports.Values.Where(r => r.FinishedAt is null && r.RetractedAt is null && !IsOver(r));

    /// <summary>Every call, as method and path.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>The base address to give to Jaga.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/ispws";

    /// <summary>Starts it.</summary>
    /// <param name="xsd">The schema that it holds reports against; null for a small one of its own that only knows the two documents.</param>
    /// <param name="port">0 for a free one.</param>
    /// <exception cref="InvalidDataException"><paramref name="xsd"/> is no schema.</exception>
    public static async Task<CyberTipSandbox> Start(TimeProvider clock, byte[]? xsd = null, int port = 0)
    {
        var sandbox = new CyberTipSandbox(clock, xsd, port);
        await sandbox._app.StartAsync();
        return sandbox;
    }

    /// <summary>Changes the schema, as NCMEC does now and then.</summary>
    public void Change(byte[] xsd) => (_xsd, _schema) = (xsd, TipSchema.Read(xsd));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        var path = http.Request.Path.Value!.Replace("/ispws", "", StringComparison.Ordinal);
        Calls.Enqueue($"{http.Request.Method} {path}");
        http.Response.Headers["Request-ID"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var fault = Fault(path);
        if (fault is SandboxFault.CutBefore)
        {
            http.Abort();
            return;
        }

        if (fault is SandboxFault.Locked || http.Request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Credentials.User}:{Credentials.Password}")))
        {
            http.Response.StatusCode = 401;
            return;
        }

        if (fault is SandboxFault.Unavailable)
        {
            http.Response.StatusCode = 503;
            return;
        }

        if (path is "/xsd" && HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.ContentType = "application/xml";
            await http.Response.Body.WriteAsync(_xsd);
            return;
        }

        var answer = fault switch
        {
            SandboxFault.TheirError => Says(1000, "Internal error"),
            SandboxFault.Refused => Says(4100, "Validation failed"),
            SandboxFault.Twice => await Twice(http, path),
            _ => await Answer(http, path, fault),
        };
        await Done(path);
        if (fault is SandboxFault.Slow)
        {
            await Task.Delay(SlowFor, http.RequestAborted);
        }

        await Write(http, answer, fault);
    }

    private async Task<XElement> Twice(HttpContext http, string path)
    {
        http.Request.EnableBuffering();
        await Answer(http, path, SandboxFault.None);
        http.Request.Body.Position = 0;
        return await Answer(http, path, SandboxFault.None);
    }

    private async Task<XElement> Answer(HttpContext http, string path, SandboxFault fault) => (http.Request.Method, path) switch
    {
        ("GET", "/status") => Says(0, $"Remote User : {Credentials.User}, Remote Ip : 127.0.0.1"),
        ("POST", "/submit") => await Submit(http),
        ("POST", "/upload") => await Upload(http, fault),
        ("POST", "/fileinfo") => await FileInfo(http),
        ("POST", "/finish") => await Close(http, finish: true),
        ("POST", "/retract") => await Close(http, finish: false),
        _ => Says(1210, "Resource not found"),
    };

    private static async Task Write(HttpContext http, XElement answer, SandboxFault fault)
    {
        var text = fault is SandboxFault.Absurd ? "<!doctype html><html><body>Welcome</body></html>" : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + answer;
        http.Response.ContentType = fault is SandboxFault.Absurd ? "text/html" : "text/xml; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(text);
        http.Response.ContentLength = bytes.Length;
        if (fault is SandboxFault.CutAfter)
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(bytes);
    }

    private async Task<XElement> Submit(HttpContext http)
    {
        if (await SandboxBody.Document(http.Request) is not { } document)
        {
            return Says(4110, "Malformed XML");
        }

        if (document.Root!.Name.LocalName is not "report" || _schema.Wrong(document) is { Count: > 0 })
        {
            return Says(4100, "Validation failed: " + string.Join(" ", _schema.Wrong(document).Select(w => $"{w.Field}: {w.Reason}")));
        }

        if (DateTimeOffset.TryParse(document.Descendants("incidentDateTime").FirstOrDefault()?.Value, CultureInfo.InvariantCulture, out var at) && at > _clock.GetUtcNow())
        {
            return Says(4100, "Validation failed: incidentDateTime: it lies in the future");
        }

        var report = new SandboxReport(Interlocked.Increment(ref _last), document, _clock.GetUtcNow());
        Reports[report.Id] = report;
        return Says(0, "Success", new XElement("reportId", report.Id));
    }

    private async Task<XElement> Upload(HttpContext http, SandboxFault fault)
    {
        var (id, file) = await SandboxBody.Upload(http.Request, garbled: fault is SandboxFault.WrongDigest);
        if (id is null || file is null)
        {
            return Says(4000, "Invalid request");
        }

        var (report, wrong) = Find(id);
        if (report is null)
        {
            return wrong!;
        }

        report.Files[file.Id] = file;
        report.TouchedAt = _clock.GetUtcNow();
        return Says(0, "Success", new XElement("reportId", report.Id), new XElement("fileId", file.Id), new XElement("hash", file.Md5));
    }

    private async Task<XElement> FileInfo(HttpContext http)
    {
        if (await SandboxBody.Document(http.Request) is not { } document)
        {
            return Says(4110, "Malformed XML");
        }

        if (document.Root!.Name.LocalName is not "fileDetails" || _schema.Wrong(document) is { Count: > 0 })
        {
            return Says(4100, "Validation failed: " + string.Join(" ", _schema.Wrong(document).Select(w => $"{w.Field}: {w.Reason}")));
        }

        var (report, wrong) = Find(document.Root.Element("reportId")?.Value);
        if (report is null)
        {
            return wrong!;
        }

        if (!report.Files.TryGetValue(document.Root.Element("fileId")?.Value ?? "", out var file))
        {
            return Says(5002, "File does not exist");
        }

        file.Details = document;
        report.TouchedAt = _clock.GetUtcNow();
        return Says(0, "Success", new XElement("reportId", report.Id));
    }

    private async Task<XElement> Close(HttpContext http, bool finish)
    {
        var form = await http.Request.ReadFormAsync();
        var (report, wrong) = Find(form["id"]);
        if (report is null)
        {
            return wrong!;
        }

        if (!finish)
        {
            report.RetractedAt = _clock.GetUtcNow();
            return Says(0, "Success", new XElement("reportId", report.Id));
        }

        report.FinishedAt = _clock.GetUtcNow();
        return new("reportDoneResponse", new XElement("responseCode", 0), new XElement("reportId", report.Id), new XElement("files", report.Files.Keys.Select(id => new XElement("fileId", id))));
    }

    // NCMEC deletes an unfinished report 24 hours after it was opened or 1 hour after its last change, whichever is later.
    private (SandboxReport? Report, XElement? Wrong) Find(string? id)
    {
        if (!long.TryParse(id, CultureInfo.InvariantCulture, out var number) || !Reports.TryGetValue(number, out var report))
        {
            return (null, Says(5001, "Report does not exist"));
        }

        if (report.FinishedAt is not null || report.RetractedAt is not null)
        {
            return (null, report.FinishedAt is null ? Says(5101, "Report already retracted", new XElement("reportId", number)) : Says(5102, "Report already finished", new XElement("reportId", number)));
        }

        if (IsOver(report))
        {
            Reports.TryRemove(number, out _);
            return (null, Says(5001, "Report does not exist"));
        }

        return (report, null);
    }

    private bool IsOver(SandboxReport report) => _clock.GetUtcNow() is var now && now >= report.OpenedAt.AddHours(24) && now >= report.TouchedAt.AddHours(1);

    private static XElement Says(int code, string description, params XElement[] more) => new("reportResponse", new XElement("responseCode", code), new XElement("responseDescription", description), more);
}
