using Jaga.Packages;
using Jaga.People.Agencies;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Agencies;

/// <summary>The forms for an agency's OpenPGP keys, on the agency's page.</summary>
public static class EncryptionKeyPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/agencies/{agency}/encryption-keys", async (Id<Agency> agency, [FromForm] string key, AddEncryptionKey add, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await add.Run(agency, new(key), actor, ct);
            return Back(agency, messages, words);
        }).Requires(Permission.EditAgencies);
        pages.MapPost("/agencies/{agency}/encryption-keys/{id}/confirmation", async (Id<Agency> agency, Id<EncryptionKey> id, [FromForm] string fingerprint, [FromForm] string how, ConfirmEncryptionKey confirm, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await confirm.Run(agency, id, new(fingerprint, how), actor, ct);
            return Back(agency, messages, words);
        }).Requires(Permission.SafeguardPackages);
        pages.MapPost("/agencies/{agency}/encryption-keys/{id}/retire", async (Id<Agency> agency, Id<EncryptionKey> id, ConfirmEncryptionKey confirm, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await confirm.Retire(agency, id, actor, ct);
            return Back(agency, messages, words);
        }).Requires(Permission.EditAgencies);
    }

    private static RedirectHttpResult Back(Id<Agency> id, Messages messages, Text words)
    {
        messages.Leave(new(Tone.Good, words["agency.did"]));
        return TypedResults.LocalRedirect($"/agencies/{id}");
    }
}
