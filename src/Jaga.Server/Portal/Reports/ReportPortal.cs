using System.Text.Json;
using Jaga.Cases;
using Jaga.Deliveries;
using Jaga.Reports;
using Jaga.Server.Pages;
using Jaga.Server.Pages.Shell;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Portal;

/// <summary>The public's own pages: report, come back with the code, write, take the fields elsewhere. No account, no cookie but the language, no code in any address.</summary>
public static class ReportPortal
{
    private const string Everybody = "anybody may report, and come back with a receipt code";
    private static readonly Actor Public = Actor.System("public");

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/report", (HttpContext http, string? country, Text words, Puzzle puzzle, MailSettings mail) => Show(http, Empty(words), puzzle, mail, country)).Public(Everybody);
        pages.MapPost("/report", Take).WithMetadata(new RequestSizeLimitAttribute(ReportForm.MostBytes)).Public(Everybody);
        pages.MapGet("/report/answer", (HttpContext http) => Answer(http, new { })).Public(Everybody);
        pages.MapPost("/report/answer", Open).Public(Everybody);
        pages.MapPost("/report/message", Write).Public(Everybody);
        pages.MapPost("/report/receipt", Receipt).Public(Everybody);
        pages.MapPost("/report/aduankonten", Export).Public(Everybody);
    }

    private static async Task<IResult> Take(HttpContext http, TakeReport take, Locations locations, Puzzle puzzle, MailSettings mail, Text words, CancellationToken ct)
    {
        var (form, picture, tooLarge) = await ReportForm.Read(http.Request, ct);
        var draft = Read(form, words.Language, picture);
        try
        {
            var about = locations.Find(draft.Location);
            var (token, answer, bits) = (form["puzzle"].ToString(), form["answer"].ToString(), puzzle.Bits(about));
            var slow = form["slow"] == "true";
            if (tooLarge)
            {
                return Show(http, draft, puzzle, mail, null, words["portal.picture-too-large"]);
            }

            if (form["goodFaith"] != "true")
            {
                return Show(http, draft, puzzle, mail, null, words["portal.good-faith-missing"]);
            }

            TakeReport.Check(draft);
            if (!puzzle.Solves(token, answer, bits) && !(slow && puzzle.Waited(token, http.Connection.RemoteIpAddress)))
            {
                return Page<SlowPage>(http, new { Draft = draft, Puzzle = slow ? token : puzzle.New(), Bits = bits, Wait = puzzle.Wait(http.Connection.RemoteIpAddress), Early = slow, Picture = picture is not null }, slow ? 429 : 200);
            }

            return Page<ReceivedPage>(http, new { Receipt = await take.Run(draft, Public, ct) });
        }
        catch (BadInput bad)
        {
            return Show(http, draft, puzzle, mail, null, words.Known($"portal.wrong.{bad.Problems.Keys.First().Replace('.', '-')}") ?? words.Said(bad));
        }
    }

    private static async Task<IResult> Open(HttpContext http, OpenReceipt open, Text words, CancellationToken ct)
    {
        var code = (await Filled(http, ct))["code"].ToString();
        return await With(http, code, words, async () => Answer(http, new { Report = await open.Run(code, words.Language, ct), Code = code }));
    }

    private static async Task<IResult> Write(HttpContext http, OpenReceipt open, Text words, CancellationToken ct)
    {
        var form = await Filled(http, ct);
        var code = form["code"].ToString();
        return await With(http, code, words, async () =>
        {
            await open.Write(code, form["message"].ToString(), ct);
            return Answer(http, new { Report = await open.Run(code, words.Language, ct), Code = code });
        });
    }

    private static async Task<IResult> Export(HttpContext http, OpenReceipt open, Text words, CancellationToken ct)
    {
        var code = (await Filled(http, ct))["code"].ToString();
        return await With(http, code, words, async () =>
        {
            var fields = AduanKonten.Of(await open.Run(code, words.Language, ct)).ToDictionary(f => f.Name, f => f.Value);
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
        return new(Given("category") ?? "", Given("location") ?? "", Given("words") ?? "", Given("happened") ?? "", language, Contact: Given("contact"), Identity: who, Screenshot: picture);
    }

    private static ReportDraft Empty(Text words) => new("", "", "", Language: words.Language);

    private static async Task<IFormCollection> Filled(HttpContext http, CancellationToken ct) => (await ReportForm.Read(http.Request, ct)).Fields;

    private static RazorComponentResult Show(HttpContext http, ReportDraft draft, Puzzle puzzle, MailSettings mail, string? country, string? problem = null) => Page<ReportPage>(
        http, new { Country = Helplines.Of(country ?? (draft.Language == "id" ? "ID" : null)), Draft = draft, Puzzle = puzzle.New(), Bits = puzzle.Bits(), Mail = mail.IsSet, Problem = problem }, problem is null ? 200 : 422);

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
