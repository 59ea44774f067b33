using System.Text;
using System.Text.Json;
using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Reports;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Portal;

/// <summary>The public's own pages: report, come back with the code, write, take the fields elsewhere. No account, no code in any address; cookies only for the language and, for a quarter of an hour, the sealed code.</summary>
public static class ReportPortal
{
    private const string Everybody = "anybody may report, and come back with a receipt code";
    private static readonly Actor Public = Actor.System("public");

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/report", (HttpContext http, string? country, Text words, Puzzle puzzle, MailSettings mail) =>
        {
            HeldCodes.Try(http);
            return Show(http, Empty(words), puzzle, mail, country);
        }).Public(Everybody);
        pages.MapPost("/report", Take).WithMetadata(new RequestSizeLimitAttribute(ReportForm.MostBytes)).Public(Everybody);
        pages.MapGet("/report/received", (HttpContext http, HeldCodes codes) => codes.Read(http) is { Sent: true } held ? (IResult)Received(http, held) : Elsewhere(http, "/report/answer")).Public(Everybody);
        pages.MapGet("/report/code.txt", Save).Public(Everybody);
        pages.MapPost("/report/forget", (HttpContext http) =>
        {
            HeldCodes.Forget(http);
            return Elsewhere(http, "/report/answer");
        }).Public(Everybody);
        pages.MapGet("/report/answer", Look).Public(Everybody);
        pages.MapPost("/report/answer", Open).Public(Everybody);
        pages.MapPost("/report/message", Write).Public(Everybody);
        pages.MapPost("/report/receipt", Receipt).Public(Everybody);
        pages.MapPost("/report/aduankonten", Export).Public(Everybody);

        // Somebody who loads one of these again, or comes back to it, wants the report and not an error.
        foreach (var form in new[] { "message", "receipt", "aduankonten" })
        {
            pages.MapGet($"/report/{form}", (HttpContext http) => Elsewhere(http, "/report/answer")).Public(Everybody);
        }
    }

    private static async Task<IResult> Take(HttpContext http, TakeReport take, HeldCodes codes, Locations locations, Puzzle puzzle, MailSettings mail, Text words, CancellationToken ct)
    {
        var (form, picture, tooLarge) = await ReportForm.Read(http.Request, ct);
        var draft = Read(form, words.Language, picture);
        var of = HeldCode.Digest(draft);
        if (codes.Read(http) is { } before && before.Of == of)
        {
            return Elsewhere(http, "/report/received");
        }

        try
        {
            var about = locations.TryFind(draft.Location) ?? PlaceInWords.Named(draft.Location);
            var (token, answer, bits) = (form["puzzle"].ToString(), form["answer"].ToString(), puzzle.Bits(about));
            var slow = form["slow"] == "true";
            if (tooLarge)
            {
                return Show(http, draft, puzzle, mail, null, words["portal.picture-too-large"], "screenshot");
            }

            if (form["goodFaith"] != "true")
            {
                return Show(http, draft, puzzle, mail, null, words["portal.good-faith-missing"], "goodFaith");
            }

            TakeReport.Check(draft);
            if (!puzzle.Solves(token, answer, bits) && !(slow && puzzle.Waited(token, http.Connection.RemoteIpAddress)))
            {
                return Page<SlowPage>(http, new { Draft = draft, Puzzle = slow && puzzle.IsGood(token) ? token : puzzle.New(), Bits = bits, Wait = puzzle.Wait(http.Connection.RemoteIpAddress), Early = slow, Picture = picture is not null }, slow ? 429 : 200);
            }

            var held = codes.Hold(http, await take.Run(draft, Public, ct), of);
            return HeldCodes.Works(http) ? Elsewhere(http, "/report/received") : Received(http, held);
        }
        catch (BadInput bad)
        {
            var field = bad.Problems.Keys.First();
            return Show(http, draft, puzzle, mail, null, words.Known($"portal.wrong.{field.Replace('.', '-')}") ?? words.Said(bad), field.StartsWith("identity", StringComparison.Ordinal) ? "name" : field.Split('.')[0]);
        }
    }

    private static RazorComponentResult Received(HttpContext http, HeldCode held) => Page<ReceivedPage>(http, new { Held = held, Holds = HeldCodes.Works(http) });

    // Called by nothing that tells what it is of: others may look into the folder.
    private static IResult Save(HttpContext http, HeldCodes codes, Text words, ReportSettings settings, Viewer viewer)
    {
        if (codes.Read(http) is not { Sent: true } held)
        {
            return Elsewhere(http, "/report/answer");
        }

        http.Response.Headers.CacheControl = "no-store";
        var page = settings.Address.Length > 0 ? $"{settings.Address.TrimEnd('/')}/answer" : $"{http.Request.Scheme}://{http.Request.Host}/report/answer";
        return TypedResults.File(Encoding.UTF8.GetBytes(words["portal.code-file", held.Code, words.At(held.ReceivedAt, viewer.Zone), page] + "\r\n"), "text/plain; charset=utf-8", words["portal.code-name"]);
    }

    private static async Task<IResult> Look(HttpContext http, HeldCodes codes, OpenReceipt open, Text words, CancellationToken ct)
    {
        HeldCodes.Try(http);
        return codes.Read(http) is { Opened: true } held
            ? await With(http, held.Code, words, async () => Answer(http, new { Report = await open.Run(held.Code, words.Language, ct), held.Code, Holds = true }))
            : Answer(http, new { });
    }

    private static async Task<IResult> Open(HttpContext http, HeldCodes codes, OpenReceipt open, Text words, CancellationToken ct)
    {
        var code = (await Filled(http, ct))["code"].ToString();
        return await With(http, code, words, () => Show(http, code, codes, open, words, ct));
    }

    private static async Task<IResult> Write(HttpContext http, HeldCodes codes, OpenReceipt open, Text words, CancellationToken ct)
    {
        var form = await Filled(http, ct);
        var code = form["code"].ToString();
        return await With(http, code, words, async () =>
        {
            await open.Write(code, form["message"].ToString(), ct);
            return await Show(http, code, codes, open, words, ct);
        });
    }

    // On a page that may be loaded again; in this answer for a browser that keeps no cookies.
    private static async Task<IResult> Show(HttpContext http, string code, HeldCodes codes, OpenReceipt open, Text words, CancellationToken ct)
    {
        var report = await open.Run(code, words.Language, ct);
        codes.Hold(http, code, report);
        return HeldCodes.Works(http) ? Elsewhere(http, "/report/answer") : Answer(http, new { Report = report, Code = code });
    }

    private static async Task<IResult> Export(HttpContext http, OpenReceipt open, Text words, CancellationToken ct)
    {
        var code = (await Filled(http, ct))["code"].ToString();
        return await With(http, code, words, async () =>
        {
            var fields = AduanKonten.Of(await open.Run(code, words.Language, ct), words.Language).ToDictionary(f => f.Name, f => f.Value);
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.File(JsonSerializer.SerializeToUtf8Bytes(fields, Json.Options), "application/json", "aduankonten.json");
        });
    }

    private static async Task<IResult> Receipt(HttpContext http, OpenReceipt open, Text words, CancellationToken ct)
    {
        var code = (await Filled(http, ct))["code"].ToString();
        return await With(http, code, words, async () =>
        {
            http.Response.Headers.CacheControl = "no-store";
            return ReceiptFile.Of(await open.Proof(code, ct));
        });
    }

    // What is wrong with a code is said in the reader's language; a good code is never written anywhere.
    private static async Task<IResult> With(HttpContext http, string code, Text words, Func<Task<IResult>> work)
    {
        if (ReceiptCode.Read(code.Length <= 200 ? code : "", out var mistake) is null)
        {
            return Answer(http, new { Problem = words[$"portal.mistake.{Words.Of(mistake.Kind)}", mistake.Number, ReceiptCode.Length] }, 422);
        }

        try
        {
            return await work();
        }
        catch (Exception refused) when (refused is BadInput or TooMany or RuleBroken)
        {
            return Answer(http, new { Problem = words[refused switch { TooMany => "portal.many-codes", RuleBroken => "portal.full", BadInput bad when bad.Problems.ContainsKey("words") => "portal.wrong.message", _ => "portal.no-such-code" }] }, refused is TooMany ? 429 : 422);
        }
    }

    private static ReportDraft Read(IFormCollection form, string language, ReadOnlyMemory<byte>? picture)
    {
        string? Given(string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

        // A mail address alone is where to answer, and not who they are. A telephone or a street without a name is not dropped: they are asked for the name.
        var who = (Given("name") ?? Given("phone") ?? Given("address")) is not null ? new ReporterIdentity(Given("name") ?? "", Given("contact") ?? "", Given("phone") ?? "", Given("address") ?? "") : null;
        return new(Given("category") ?? "", Given("location") ?? "", Given("words") ?? "", Given("happened") ?? "", language, Contact: Given("contact"), Identity: who, Screenshot: picture, InWords: true);
    }

    private static ReportDraft Empty(Text words) => new("", "", "", Language: words.Language);

    private static async Task<IFormCollection> Filled(HttpContext http, CancellationToken ct) => (await ReportForm.Read(http.Request, ct)).Fields;

    private static RazorComponentResult Show(HttpContext http, ReportDraft draft, Puzzle puzzle, MailSettings mail, string? country, string? problem = null, string? wrong = null) => Page<ReportPage>(
        http, new { Country = Helplines.Of(country ?? (draft.Language == "id" ? "ID" : null)), Draft = draft, Puzzle = puzzle.New(), Bits = puzzle.Bits(), Mail = mail.IsSet, Problem = problem, Wrong = wrong, Sent = problem is null && Held(http) is { Sent: true } }, problem is null ? 200 : 422);

    private static HeldCode? Held(HttpContext http) => http.RequestServices.GetRequiredService<HeldCodes>().Read(http);

    private static RedirectHttpResult Elsewhere(HttpContext http, string page)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.LocalRedirect(page);
    }

    private static RazorComponentResult Answer(HttpContext http, object parameters, int status = 200) => Page<AnswerPage>(http, parameters, status);

    private static RazorComponentResult Page<TPage>(HttpContext http, object parameters, int status = 200)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        http.Response.Headers.CacheControl = "no-store";
        var page = ConsolePages.Page<TPage>(parameters);
        page.StatusCode = status;
        return page;
    }
}
