using System.Globalization;
using System.Security;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Jaga.Tests.Exchanges;

/// <summary>Speaks NCMEC Hash Sharing, version 2: basic authentication, windows of time, pages of unordered entries, tombstones, feedback.</summary>
internal sealed class NcmecServer : ExchangeServer
{
    private const string Ns = "https://hashsharing.ncmec.org/hashsharing/v2";

    /// <param name="Prints">Fingerprints as XML, e.g. <c>&lt;md5&gt;…&lt;/md5&gt;</c>.</param>
    public sealed record Entry(int Member, string Id, DateTimeOffset At, string Prints, string Class = "A1", bool Video = false, bool Deleted = false);

    public Dictionary<string, Entry> Entries { get; } = [];

    public int PageSize { get; set; } = 1000;

    /// <summary>Entries whose page is not XML: the page breaks off in the middle of them.</summary>
    public HashSet<string> Corrupt { get; } = [];

    public List<string> Feedback { get; } = [];

    public static Task<NcmecServer> Start() => new NcmecServer().Started<NcmecServer>();

    public void Put(int member, string id, DateTimeOffset at, string prints, string cls = "A1", bool video = false) => Entries[$"{member}/{id}"] = new(member, id, at, prints, cls, video);

    public void Delete(int member, string id, DateTimeOffset at) => Entries[$"{member}/{id}"] = Entries[$"{member}/{id}"] with { At = at, Deleted = true };

    protected override async Task Answer(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        http.Response.ContentType = "application/xml";
        if (!IsBasic(http, "esp", "p:w"))
        {
            http.Response.StatusCode = 401;
        }
        else if (path == "/hashsharing/v2/status")
        {
            await http.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><status xmlns=\"{Ns}\"><ipAddress>127.0.0.1</ipAddress><username>esp</username><member id=\"1\">Platform</member></status>");
        }
        else if (path == "/hashsharing/v2/entries")
        {
            await http.Response.WriteAsync(Page(http.Request.Query));
        }
        else if (http.Request.Method == "PUT" && path.EndsWith("/feedback", StringComparison.Ordinal))
        {
            Feedback.Add($"{path} {await Body(http)}");
            await http.Response.WriteAsync($"<submissionResult xmlns=\"{Ns}\"/>");
        }
        else if (path.EndsWith("/reasons", StringComparison.Ordinal))
        {
            await http.Response.WriteAsync($"<availableFeedbackReasons xmlns=\"{Ns}\"><reason guid=\"01234567-abcd-0123-4567-012345678900\" name=\"Not it\" type=\"Md5\"/></availableFeedbackReasons>");
        }
        else
        {
            http.Response.StatusCode = 404;
        }
    }

    private string Page(IQueryCollection query)
    {
        DateTimeOffset Time(string name) => DateTimeOffset.Parse(query[name]!, CultureInfo.InvariantCulture);
        var (from, to) = (Time("from"), Time("to"));

        // In an order of its own: by what the id hashes to, not by time.
        var all = Entries.Values.Where(e => e.At >= from && e.At <= to).OrderBy(e => e.Id.Aggregate(17, (h, c) => (h * 31) ^ c)).ToList();
        var start = int.Parse(query["start"].FirstOrDefault() ?? "1", CultureInfo.InvariantCulture);
        var page = all.Skip(start - 1).Take(PageSize).ToList();
        var xml = new StringBuilder($"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><queryResult xmlns=\"{Ns}\">");
        foreach (var video in new[] { false, true })
        {
            var kind = video ? "video" : "image";
            xml.Append(CultureInfo.InvariantCulture, $"<{kind}s count=\"{page.Count(e => e.Video == video)}\">");
            foreach (var e in page.Where(e => e.Video == video))
            {
                var head = $"<member id=\"{e.Member}\">Member {e.Member}</member>";
                var time = $"<timestamp>{e.At:yyyy-MM-dd'T'HH:mm:ss'Z'}</timestamp>";
                xml.Append(Corrupt.Contains(e.Id) ? "<image><member" : e.Deleted
                    ? $"<deleted{char.ToUpperInvariant(kind[0])}{kind[1..]}>{head}<id>{e.Id}</id>{time}</deleted{char.ToUpperInvariant(kind[0])}{kind[1..]}>"
                    : $"<{kind}>{head}{time}<id>{SecurityElement.Escape(e.Id)}</id><classification>{e.Class}</classification><fingerprints>{e.Prints}</fingerprints><feedback/></{kind}>");
            }

            xml.Append(CultureInfo.InvariantCulture, $"</{kind}s>");
        }

        if (start - 1 + PageSize < all.Count)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<paging><next>/v2/entries?from={Uri.EscapeDataString(query["from"]!)}&amp;to={Uri.EscapeDataString(query["to"]!)}&amp;start={start + PageSize}&amp;size={PageSize}&amp;max={all.Count}</next></paging>");
        }

        return xml.Append("</queryResult>").ToString();
    }
}
