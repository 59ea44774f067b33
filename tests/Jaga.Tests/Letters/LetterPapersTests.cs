using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Jaga.Letters;
using Jaga.Obligations;
using Jaga.People;
using Jaga.Tests.Disclosure;

namespace Jaga.Tests.Letters;

/// <summary>Paper, portal, files, lists and templates: <see cref="EnterPosting"/>, <see cref="EnterReceipt"/>, <see cref="CloseLetter"/>, <see cref="PreviewLetter"/>, <see cref="AddLetterFile"/>, <see cref="ReadLetterFile"/>, <see cref="ImportParties"/>, <see cref="SaveTemplate"/>, <see cref="ReadTemplates"/>, <see cref="ReadOwnLetters"/>.</summary>
public sealed class LetterPapersTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Paper_and_portal_count_when_a_receipt_is_there(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var agency = await Asking.Verified(desk.Jaga, "Agency");
        var letter = await desk.Draft(extra: new
        {
            recipients = new object[] { new { name = "The ministry", organisation = "Ministry", postalAddress = "Jalan Medan 1\nJakarta" }, new { name = "The agency", organisation = "Agency", agency = $"{{{agency.ToUpperInvariant()}}}" } },
        });
        await desk.Send(letter);
        var parties = (await desk.Read(letter))["parties"]!.AsArray();
        Assert.Equal(["waiting", "postedToPortal"], parties.Select(p => p!["state"]!.ToString()));
        await desk.Post($"/letters/{letter["id"]}/recipients/{parties[0]!["id"]}/posting", new { tracking = "RR123456785ID" });
        Assert.Equal(("sending", ObligationState.Open), (await desk.State(letter), (await desk.Owed(letter)).State));
        await desk.Post($"/letters/{letter["id"]}/recipients/{parties[0]!["id"]}/receipt", new { receipt = "Signed for by the registry" });
        Assert.Equal("sending", await desk.State(letter));

        // Looking at the list is not reading; opening the letter is, and the day on it stays that on which it left.
        using var officer = await desk.Jaga.KeyFor(new("agency", agency), Permission.UseAgencyDoor);
        var row = Assert.Single((await officer.GetFromJsonAsync<JsonObject>("/api/v1/agency/letters"))!["rows"]!.AsArray())!;
        Assert.Equal(("Our answer to Agency", null, "sending"), (row["title"]!.ToString(), row["readAt"], await desk.State(letter)));
        var left = desk.Jaga.Clock.Now;
        desk.Jaga.Clock.Advance(TimeSpan.FromDays(2));
        var opened = (await officer.GetFromJsonAsync<JsonObject>($"/api/v1/agency/letters/{row["id"]}"))!;
        Assert.Contains("Dear The agency,", opened["text"]!.ToString(), StringComparison.Ordinal);
        Assert.Contains(left.ToString("d MMMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("en")), opened["html"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(ObligationState.Kept, (await desk.Owed(letter)).State);
        await desk.Jaga.Do(async db => Assert.Equal((LetterState.Sent, desk.Jaga.Clock.Now), ((await db.Letters.SingleAsync()).State, (await db.Parties.SingleAsync(p => p.Position == 2)).ReadAt)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_agency_opens_its_own_letters_on_its_pages_and_another_s_are_the_same_as_none(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var (first, second) = (await Asking.Verified(desk.Jaga, "First"), await Asking.Verified(desk.Jaga, "Second"));
        foreach (var nobody in (string[])["agency-1", Guid.NewGuid().ToString()])
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await desk.Refused("/letters", new { title = "Hello", body = "x", language = "en", recipients = new[] { new { name = "N", agency = nobody } } })).Status);
        }

        var letter = await desk.Draft(extra: new { recipients = new[] { new { name = "The first", organisation = "First", agency = first } } });
        var id = (await desk.Read(letter))["parties"]![0]!["id"]!.ToString();
        using var officer = desk.Jaga.WithCookie(await desk.Jaga.SignedInFor(new("agency", first)));
        using var stranger = desk.Jaga.WithCookie(await desk.Jaga.SignedInFor(new("agency", second)));
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync(new Uri($"/agency/letters/{id}", UriKind.Relative))).StatusCode);
        await desk.Send(letter);
        foreach (var path in (string[])["/api/v1/agency/letters/", "/agency/letters/"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri(path + id, UriKind.Relative))).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await desk.Writer.GetAsync(new Uri(path + id, UriKind.Relative))).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri($"/agency/letters/{id}/sheet", UriKind.Relative))).StatusCode);
        Assert.DoesNotContain(id, await stranger.GetStringAsync(new Uri("/agency/letters", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("sending", await desk.State(letter));

        Assert.Contains($"/agency/letters/{id}", await officer.GetStringAsync(new Uri("/agency/letters", UriKind.Relative)), StringComparison.Ordinal);
        using var sheet = await officer.GetAsync(new Uri($"/agency/letters/{id}/sheet", UriKind.Relative));
        Assert.Equal(("application/octet-stream", "attachment"), (sheet.Content.Headers.ContentType!.MediaType, sheet.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Contains("Our answer to First", await officer.GetStringAsync(new Uri($"/agency/letters/{id}", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("sent", await desk.State(letter));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_letter_is_closed_only_with_a_reason_and_what_was_owed_goes_with_it(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var letter = await desk.Incoming();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await desk.Refused($"/letters/{letter["id"]}/close", new { why = " " })).Status);
        await desk.Post($"/letters/{letter["id"]}/close", new { why = "They took it back by telephone." });
        Assert.Equal(("closed", ObligationState.Cancelled), (await desk.State(letter), (await desk.Owed(letter)).State));
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused($"/letters/{letter["id"]}/close", new { why = "Again." })).Status);
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_file_that_came_with_a_letter_is_evidence_and_is_given_out_as_a_download(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var letter = await desk.Incoming();
        using var form = new MultipartFormDataContent();
        var scan = new ByteArrayContent([1, 2, 3]);
        scan.Headers.ContentType = new MediaTypeHeaderValue("text/html");
        form.Add(scan, "file", "../../scan.html");
        var kept = await (await desk.Writer.PostAsync(new Uri($"/api/v1/letters/{letter["id"]}/files", UriKind.Relative), form)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal("scan.html", kept!["name"]!.ToString());
        using var read = await desk.Writer.GetAsync(new Uri($"/api/v1/letters/{letter["id"]}/files/{kept["id"]}", UriKind.Relative));
        Assert.Equal(("application/octet-stream", "attachment"), (read.Content.Headers.ContentType!.MediaType, read.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal([1, 2, 3], await read.Content.ReadAsByteArrayAsync());
        await desk.Jaga.Do(async db => Assert.Equal(["evidence.kept", "evidence.opened"], await db.AuditLines.Where(l => l.Subject.Kind == "evidence").OrderBy(l => l.Seq).Select(l => l.Action).ToListAsync()));
        var answer = await desk.Draft(letter);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Writer.GetAsync(new Uri($"/api/v1/letters/{answer["id"]}/files/{kept["id"]}", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task What_somebody_wrote_never_lies_in_a_temporary_file()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Incoming();
        foreach (var (path, status) in new[] { ($"/api/v1/letters/{letter["id"]}/files", HttpStatusCode.OK), ($"/letters/{letter["id"]}/files", HttpStatusCode.Found) })
        {
            var watched = new WatchedUpload(18 * 1024 * 1024);
            using var form = new MultipartFormDataContent { { new StreamContent(watched), "file", "scan.pdf" } };
            Assert.Equal(status, (await desk.Writer.PostAsync(new Uri(path, UriKind.Relative), form)).StatusCode);
            Assert.Equal((true, 0), (watched.Ended, watched.Spooled));
        }
    }

    [Fact]
    public async Task Recipients_come_from_a_list_and_go_into_one_that_no_spreadsheet_executes()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Draft(await desk.Incoming());
        using var csv = new StringContent("\uFEFFName;Organisation;Email\r\n\"Ani; the first\";\"=HYPERLINK(\"\"x\"\")\";ani@example.org\r\n\r\nBudi;+62;budi@example.org\r\n", Encoding.UTF8, "text/csv");
        (await desk.Writer.PutAsync(new Uri($"/api/v1/letters/{letter["id"]}/parties", UriKind.Relative), csv)).EnsureSuccessStatusCode();
        Assert.Equal(["Ani; the first", "Budi"], (await desk.Read(letter))["parties"]!.AsArray().Select(p => p!["name"]!.ToString()));
        var list = await desk.Writer.GetStringAsync(new Uri($"/api/v1/letters/{letter["id"]}/parties", UriKind.Relative));
        Assert.Contains("\"Ani; the first\",\"'=HYPERLINK(\"\"x\"\")\",ani@example.org,,,email,waiting", list, StringComparison.Ordinal);
        Assert.Contains("Budi,'+62,", list, StringComparison.Ordinal);
        foreach (var (wrong, why) in new[] { ("name,colour\nA,b", "colour"), ("name,email\nA,not an address", "not an address"), ("name,email\n,a@b.example", "Line 2 has no name"), ("name,email\n\"A,a@b.example", "quotation mark"), ("name,email\nA,a@b.example\nB,A@B.example", "named twice") })
        {
            using var body = new StringContent(wrong, Encoding.UTF8, "text/csv");
            using var refused = await desk.Writer.PutAsync(new Uri($"/api/v1/letters/{letter["id"]}/parties", UriKind.Relative), body);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(why, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_template_keeps_every_version_and_refuses_a_field_that_is_not_known(Store store)
    {
        await using var desk = await Correspondence.Open(store);
        var first = await desk.Post("/letters/templates", new { name = "Answer", language = "id", title = "Jawaban atas {{answers.reference}}", body = "Yth. {{recipient.name}}" });
        await desk.Post("/letters/templates", new { name = "Answer", language = "id", title = "Tanggapan", body = "Yth. {{recipient.name}}", version = 1 });
        Assert.Equal(HttpStatusCode.Conflict, (await desk.Refused("/letters/templates", new { name = "Answer", language = "id", title = "Late", body = "x", version = 1 })).Status);
        var (status, words) = await desk.Refused("/letters/templates", new { name = "Other", language = "id", title = "x", body = "{{recipient.colour}}" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("recipient.colour", words, StringComparison.Ordinal);
        Assert.Equal(["Tanggapan"], (await desk.Writer.GetFromJsonAsync<JsonArray>("/api/v1/letters/templates"))!.Select(t => t!["title"]!.ToString()));
        Assert.Equal([2, 1], (await desk.Writer.GetFromJsonAsync<JsonArray>($"/api/v1/letters/templates/{first["id"]}"))!.Select(t => (int)t!["version"]!));
    }

    [Fact]
    public async Task The_preview_is_the_sheet_in_a_sandbox_and_what_was_sent_stays_as_it_was()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        var letter = await desk.Draft(await desk.Incoming(), new { body = "# What we did\n\nDear {{recipient.name}} <script>alert(1)</script>" });
        using var preview = await desk.Writer.GetAsync(new Uri($"/api/v1/letters/{letter["id"]}/preview", UriKind.Relative));
        var html = await preview.Content.ReadAsStringAsync();
        Assert.Contains("sandbox", preview.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("<h2>What we did</h2>", html, StringComparison.Ordinal);
        Assert.Contains("Dear Person 1 &lt;script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("@page { size: A4", html, StringComparison.Ordinal);
        Assert.Contains("<b>Platform Example</b><p>Jalan Contoh 1<br>Jakarta</p>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>Your reference</dt><dd>C-17</dd>", html, StringComparison.Ordinal);
        await desk.Send(letter);
        var party = (await desk.Read(letter))["parties"]![0]!;
        Assert.Equal(desk.To("person1@ngo1.example").Parts[1].Content, await desk.Writer.GetByteArrayAsync(new Uri($"/api/v1/letters/{letter["id"]}/recipients/{party["id"]}/sent", UriKind.Relative)));
    }

    [Fact]
    public async Task With_a_chromium_the_sheet_goes_out_as_pdf_and_without_one_as_html()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite, null, ("Letters:Pdf", "true"));
        Assert.SkipWhen(desk.Jaga.Services.GetRequiredService<PrintLetter>().Browser is null, "Chromium is not installed here (Debian: apt-get install chromium).");
        await desk.Send(await desk.Draft(await desk.Incoming(extra: new { reference = "A/1 2" }), new { reference = "OUT/2026/7" }));
        var part = desk.To("person1@ngo1.example").Parts[1];
        Assert.Contains("filename=\"OUT-2026-7.pdf\"", part.Head, StringComparison.Ordinal);
        Assert.True(part.Content.AsSpan().StartsWith("%PDF-"u8));
    }

    [Fact]
    public async Task Only_who_may_edit_letters_writes_and_only_who_may_approve_approves()
    {
        await using var desk = await Correspondence.Open(Store.Sqlite);
        using var reviewer = await desk.Jaga.As(Role.Reviewer);
        var letter = await desk.Draft(await desk.Incoming());
        Assert.Equal(HttpStatusCode.OK, (await reviewer.GetAsync(new Uri($"/api/v1/letters/{letter["id"]}", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Refused($"/letters/{letter["id"]}/approval", new { version = 1 }, reviewer)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await desk.Refused($"/letters/{letter["id"]}/close", new { why = "x" }, reviewer)).Status);
    }
}
