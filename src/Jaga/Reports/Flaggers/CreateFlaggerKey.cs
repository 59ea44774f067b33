using Jaga.People;

namespace Jaga.Reports.Flaggers;

/// <summary>Makes a key with which a flagger's program reports and reads its answers. Its text is shown once.</summary>
public sealed class CreateFlaggerKey(Db db, CreateApiKey create)
{
    /// <param name="Name">What it is for; 1 to 100 characters.</param>
    /// <param name="ExpiresAt">When it stops working; null for never.</param>
    public sealed record Request(string Name, DateTimeOffset? ExpiresAt = null);

    /// <exception cref="RuleBroken">The flagger was ended.</exception>
    public async Task<CreateApiKey.Created> Run(Id<Flagger> id, Request request, Actor actor, CancellationToken ct)
    {
        var flagger = await Flagger.Find(db, id, ct);
        flagger.MustStand();
        return await create.RunFor(flagger.Subject, new(request.Name ?? "", [Permission.FlagContent], null, request.ExpiresAt), actor, ct);
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/flaggers/{id}/keys", async (Id<Flagger> id, Request request, CreateFlaggerKey create, Actor actor, CancellationToken ct) =>
            TypedResults.Ok(await create.Run(id, request, actor, ct)))
        .Requires(Permission.EditFlaggers)
        .WithSummary("Make a flagger's key; its text is shown once");
}
