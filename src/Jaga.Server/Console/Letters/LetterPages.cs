using System.Globalization;
using Jaga.Letters;
using Jaga.Obligations;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Letters;

/// <summary>The register of letters, each letter's page, and the forms that change one.</summary>
public static class LetterPages
{
    private const int PartiesOnPage = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/letters", List).Requires(Permission.ReadLetters);
        pages.MapGet("/letters/new", New).Requires(Permission.EditLetters);
        pages.MapPost("/letters", Draft).Requires(Permission.EditLetters).KeepsTyped();
        pages.MapGet("/letters/incoming", () => ConsolePages.Page<IncomingPage>()).Requires(Permission.EditLetters);
        pages.MapPost("/letters/incoming", Register).Requires(Permission.EditLetters).KeepsTyped();
        pages.MapGet("/letters/templates", async (ReadTemplates read, CancellationToken ct) => ConsolePages.Page<TemplatesPage>(new { Templates = await read.Run(ct) })).Requires(Permission.ReadLetters);
        pages.MapGet("/letters/templates/{id}", async (Id<LetterTemplate> id, ReadTemplates read, CancellationToken ct) => ConsolePages.Page<TemplatePage>(new { Versions = await read.One(id, ct) })).Requires(Permission.ReadLetters);
        pages.MapPost("/letters/templates", async ([FromForm] string name, [FromForm] string language, [FromForm] string title, [FromForm] string body, [FromForm] int version, SaveTemplate save, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            var saved = await save.Run(new(name, language, title, body, version), actor, ct);
            return Told(messages, words["letter.did.saved"], $"/letters/templates/{saved.Id}");
        }).Requires(Permission.EditLetters).KeepsTyped();
        pages.MapGet("/letters/notifications", async (string? after, ReadNotifications read, CancellationToken ct) => ConsolePages.Page<NotificationsPage>(new { Rows = await read.Run(NotificationState.SetAside, new(after, null), ct) })).Requires(Permission.ReadLetters);
        pages.MapPost("/letters/notifications/{id}/dismiss", async (Id<StatusNotification> id, [FromForm] string why, DismissNotification dismiss, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await dismiss.Run(id, new(why), actor, ct);
            return Told(messages, words["letter.did.dismissed"], "/letters/notifications");
        }).Requires(Permission.EditLetters);
        pages.MapGet("/letters/{id}", One).Requires(Permission.ReadLetters);
        pages.MapPost("/letters/{id}/files", async (Id<Letter> id, IFormFile file, AddLetterFile add, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await using var content = file.OpenReadStream();
            await add.Run(id, file.FileName, file.ContentType ?? "", content, actor, ct);
            return Told(messages, words["letter.did.file"], $"/letters/{id}");
        }).WithMetadata(new RequestSizeLimitAttribute(AddLetterFile.MaxBytes)).WithFormOptions(memoryBufferThreshold: (int)AddLetterFile.MaxBytes, multipartBodyLengthLimit: AddLetterFile.MaxBytes).Requires(Permission.EditLetters);
        Form(pages, "versions", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<ReviseLetter>().Run(id, new(form["title"].ToString(), form["body"].ToString(), Number(form["version"]), form["note"]), actor, ct));
        Form(pages, "approval", Permission.ApproveLetters, (id, form, services, actor, ct) => services.GetRequiredService<ApproveLetter>().Run(id, new(Number(form["version"])), actor, ct));
        Form(pages, "send", Permission.EditLetters, (id, _, services, actor, ct) => services.GetRequiredService<SendLetter>().Run(id, actor, ct));
        Form(pages, "close", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<CloseLetter>().Run(id, new(form["why"].ToString()), actor, ct));
        Form(pages, "parties", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<ImportParties>().Run(id, form["csv"].ToString(), actor, ct));
        Form(pages, "recipients/{recipient}/posting", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<EnterPosting>().Run(id, Recipient(services), new(form["tracking"].ToString()), actor, ct));
        Form(pages, "recipients/{recipient}/receipt", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<EnterReceipt>().Run(id, Recipient(services), new(form["receipt"].ToString()), actor, ct));
        Form(pages, "recipients/{recipient}/again", Permission.EditLetters, (id, form, services, actor, ct) => services.GetRequiredService<ReachAgain>().Run(id, Recipient(services), new(Given(form["email"]), Given(form["postalAddress"])), actor, ct));
    }

    private static async Task<RazorComponentResult> List(string? which, string? words, string? after, ReadLetters read, Db db, CancellationToken ct)
    {
        var filter = which switch
        {
            "unsent" => new ReadLetters.Filter(Unsent: true),
            "in" => new(Direction.In),
            "out" => new(Direction.Out),
            "all" => new(Words: words),
            _ => new ReadLetters.Filter(Due: true),
        };
        var aside = await db.StatusNotifications.CountAsync(s => s.State == NotificationState.SetAside, ct);
        return ConsolePages.Page<LettersPage>(new { Which = which ?? "due", Words = words, Aside = aside, Letters = await read.Run(filter, new(after, null), ct) });
    }

    private static async Task<RazorComponentResult> One(Id<Letter> id, string? after, ReadLetters read, ReadLetterFile files, CancellationToken ct)
    {
        var story = await read.One(id, ct);
        var first = int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;
        var parties = story.Parties.Where(p => p.Position > first).Take(PartiesOnPage).ToList();
        var next = parties.Count > 0 && parties[^1].Position < story.Parties[^1].Position ? parties[^1].Position.ToString(CultureInfo.InvariantCulture) : null;
        return ConsolePages.Page<LetterPage>(new { Story = story, Files = await files.Of(id, ct), Parties = parties, Next = next });
    }

    private static async Task<RazorComponentResult> New(string? answers, string? template, ReadLetters read, ReadTemplates templates, CancellationToken ct)
    {
        var all = await templates.Run(ct);
        var answered = Id<Letter>.TryParse(answers, null, out var id) ? (await read.One(id, ct)).Letter : null;
        return ConsolePages.Page<NewLetterPage>(new { Answers = answered, Templates = all, Template = all.FirstOrDefault(t => t.Id.ToString() == template) });
    }

    private static async Task<RedirectHttpResult> Draft(
        [FromForm] string title, [FromForm] string body, [FromForm] string? language, [FromForm] string? reference, [FromForm] string? answers, [FromForm] string? parties, [FromForm] string? due, [FromForm] bool? mine, [FromForm] string? fewer,
        DraftLetter draft, Messages messages, Text words, Viewer viewer, Actor actor, CancellationToken ct)
    {
        var recipients = string.IsNullOrWhiteSpace(parties) ? null : PartyList.Read(parties);
        var letter = await draft.Run(
            new(title, body, recipients, Given(language), reference, Id<Letter>.TryParse(answers, null, out var answered) ? answered : null, EndOf(due, "due", viewer), mine is true ? actor.Id : null, Fewer: fewer), actor, ct);
        return Told(messages, words["letter.did.draft"], $"/letters/{letter.Id}");
    }

    private static async Task<RedirectHttpResult> Register(
        [FromForm] string title, [FromForm] string language, [FromForm] string parties, [FromForm] string? reference, [FromForm] string? body, [FromForm] string? received, [FromForm] string? due, [FromForm] bool? needsAnswer, [FromForm] bool? mine,
        RegisterLetter register, Messages messages, Text words, Viewer viewer, Actor actor, CancellationToken ct)
    {
        // Of the day on which it came nobody knows the hour: its beginning, so that nobody is late by a reading that favours the house.
        var at = Day(received, "received") is { } day ? Moment(day, viewer) : (DateTimeOffset?)null;
        var letter = await register.Run(new(PartyList.Read(parties), title, language, reference, body, at, EndOf(due, "due", viewer), mine is true ? actor.Id : null, NeedsAnswer: needsAnswer is true), actor, ct);
        return Told(messages, words["letter.did.register"], $"/letters/{letter.Id}");
    }

    private static void Form(IEndpointRouteBuilder pages, string path, Permission permission, Func<Id<Letter>, IFormCollection, IServiceProvider, Actor, CancellationToken, Task> run) =>
        pages.MapPost($"/letters/{{id}}/{path}", async (Id<Letter> id, HttpContext http, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await run(id, await http.Request.ReadFormAsync(ct), http.RequestServices, actor, ct);
            return Told(messages, words[$"letter.did.{path.Split('/')[^1]}"], $"/letters/{id}");
        }).Requires(permission).KeepsTyped();

    private static RedirectHttpResult Told(Messages messages, string said, string path)
    {
        messages.Leave(new(Tone.Good, said));
        return TypedResults.LocalRedirect(path);
    }

    private static Id<Party> Recipient(IServiceProvider services) =>
        Id<Party>.TryParse(services.GetRequiredService<IHttpContextAccessor>().HttpContext?.Request.RouteValues["recipient"]?.ToString(), null, out var id) ? id : throw new NotFound("such recipient");

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BadInput("version", "This is not a version.");

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    // The last second of that day where the reader is.
    private static DateTimeOffset? EndOf(string? day, string field, Viewer viewer) => Day(day, field) is { } date ? Moment(date.AddDays(1), viewer).AddSeconds(-1) : null;

    private static DateTimeOffset Moment(DateOnly day, Viewer viewer) => (BusinessCalendar.Utc with { Zone = viewer.Zone }).Instant(day.ToDateTime(default));

    private static DateOnly? Day(string? day, string field) =>
        string.IsNullOrWhiteSpace(day) ? null
        : DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : throw new BadInput(field, "A day is written as 2026-12-31.");
}
