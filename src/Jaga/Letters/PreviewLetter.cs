using System.Text;
using System.Text.Json;
using Jaga.Deliveries;

namespace Jaga.Letters;

/// <summary>The sheet of one recipient: before it leaves as it would be, afterwards as it was sent.</summary>
public sealed class PreviewLetter(Db db, LetterPaper paper)
{
    /// <summary>As the newest version would reach <paramref name="recipient"/>, or the first recipient.</summary>
    /// <exception cref="NotFound">There is no such letter that goes out, or no such recipient.</exception>
    /// <exception cref="RuleBroken">A field has no value for them.</exception>
    public async Task<Sheet> Run(Id<Letter> id, Id<Party>? recipient, CancellationToken ct)
    {
        var letter = await db.Letters.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id && l.Direction == Direction.Out, ct) ?? throw new NotFound("such letter that goes out");
        var draft = await db.Drafts.AsNoTracking().SingleAsync(d => d.Letter == id && d.Number == letter.Version, ct);
        var parties = db.Parties.AsNoTracking().Where(p => p.Letter == id);
        var to = await (recipient is { } one ? parties.Where(p => p.Id == one) : parties.OrderBy(p => p.Position)).FirstOrDefaultAsync(ct) ?? throw new NotFound("such recipient of this letter");
        var answers = letter.Answers is { } other ? await db.Letters.AsNoTracking().SingleAsync(l => l.Id == other, ct) : null;
        return paper.For(letter, draft, to, answers);
    }

    /// <summary>The file that went to a recipient by e-mail, byte for byte.</summary>
    /// <exception cref="NotFound">Nothing went to them by e-mail, or so long ago that it is forgotten.</exception>
    public async Task<MailFile> Sent(Id<Letter> id, Id<Party> recipient, CancellationToken ct)
    {
        var sent = await db.Parties.Where(p => p.Id == recipient && p.Letter == id).Select(p => p.Delivery).SingleOrDefaultAsync(ct) ?? throw new NotFound("message to this recipient");
        var body = await db.Deliveries.Where(d => d.Id == sent).Select(d => d.Body).SingleAsync(ct);
        return body.Length == 0 ? throw new NotFound("message to this recipient any more: what was sent is forgotten after a while (Deliveries:Keep)") : JsonSerializer.Deserialize<MailMessage>(body, Json.Options)!.Files[0];
    }

    /// <summary><c>GET /letters/{id}/preview</c> (HTML) and <c>GET /letters/{id}/recipients/{recipient}/sent</c> (the file that was sent). Both come as downloads or in a sandbox: they are no pages of Jaga's.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/letters/{id}/preview", async (Id<Letter> id, string? recipient, PreviewLetter preview, HttpContext http, CancellationToken ct) =>
            {
                var to = recipient is null ? (Id<Party>?)null : Id<Party>.TryParse(recipient, null, out var one) ? one : throw new BadInput("recipient", "This is not a recipient's id.");
                var sheet = await preview.Run(id, to, ct);
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
                return TypedResults.Text(sheet.Html, "text/html", Encoding.UTF8);
            })
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("The letter's newest version as a recipient would get it");
        api.MapGet("/letters/{id}/recipients/{recipient}/sent", async (Id<Letter> id, Id<Party> recipient, PreviewLetter preview, CancellationToken ct) =>
            {
                var file = await preview.Sent(id, recipient, ct);
                return TypedResults.File(file.Content, "application/octet-stream", file.Name);
            })
            .Requires(Permission.ReadLetters).WithTags("Letters").WithSummary("The file that went to a recipient by e-mail, byte for byte");
    }
}
