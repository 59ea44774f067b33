using System.Text;
using Jaga.Letters;
using Jaga.People.Agencies;
using Jaga.Server.Pages;

namespace Jaga.Server.Portal.Letters;

/// <summary>The agency's pages for the letters that lie in the portal for it. Whoever opens one has it: that is the receipt.</summary>
public static class OwnLetterPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/agency/letters", async (string? after, ReadOwnLetters read, Db db, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<OwnLettersPage>(new { Agency = (await Agency.Of(db, actor, ct)).Name, Letters = await read.Run(new(after, null), actor, ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/letters/{id}", async (Id<Party> id, ReadOwnLetters read, Db db, Actor actor, CancellationToken ct) =>
            ConsolePages.Page<OwnLetterPage>(new { Agency = (await Agency.Of(db, actor, ct)).Name, Opened = await read.One(id, actor, ct) })).Requires(Permission.UseAgencyDoor);
        pages.MapGet("/agency/letters/{id}/sheet", async (Id<Party> id, ReadOwnLetters read, Actor actor, CancellationToken ct) =>
        {
            // Always a file: what was written into a letter is no page of Jaga's.
            var opened = await read.One(id, actor, ct);
            var name = string.Concat(opened.Letter.Reference.Select(c => char.IsLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));
            return TypedResults.File(Encoding.UTF8.GetBytes(opened.Html), "application/octet-stream", $"{name}.html");
        }).Requires(Permission.UseAgencyDoor);
    }
}
