using Jaga.Audit;

namespace Jaga.People;

/// <summary>Makes an API key for a program. Its text is given once and kept nowhere, not even for a repeated request with the same idempotency key.</summary>
public sealed class CreateApiKey(Db db, AuditLog audit, MasterKey master, TimeProvider clock)
{
    /// <param name="Name">What it is for; 1 to 100 characters.</param>
    /// <param name="Scopes">What it may do; at least one, each of the Integration role.</param>
    /// <param name="Platform">The platform that it speaks for, 1 to 100 characters, or null.</param>
    /// <param name="ExpiresAt">When it stops working; null for never.</param>
    public sealed record Request(string Name, IReadOnlyList<Permission> Scopes, string? Platform = null, DateTimeOffset? ExpiresAt = null);

    /// <param name="Key">The whole text, <c>jaga_PREFIX_SECRET</c>; empty when the same request is answered again.</param>
    public sealed record Created(Id<ApiKey> Id, string Key)
    {
        /// <summary>Never shows the key.</summary>
        public override string ToString() => $"key {Id}";
    }

    /// <exception cref="BadInput">A field cannot be.</exception>
    public Task<Created> Run(Request request, Actor actor, CancellationToken ct) => RunFor(null, request, actor, ct);

    /// <summary>Makes a key for a program of an organisation outside. Called by the room that knows the organisation.</summary>
    /// <param name="speaksFor">The <c>agency</c> or <c>flagger</c>; null for a platform's own.</param>
    /// <exception cref="BadInput">A field cannot be.</exception>
    public async Task<Created> RunFor(Subject? speaksFor, Request request, Actor actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        Check(request, ApiKey.RoleOf(speaksFor), now);
        await using var transaction = await db.Begin(ct);
        var (key, text) = ApiKey.New(request.Name.Trim(), [.. request.Scopes.Distinct().Order()], request.Platform?.Trim(), request.ExpiresAt, actor, master, now, speaksFor);
        db.Add(key);
        audit.Record(actor, "api-key.created", key.Subject, "", new { key.Name, key.Scopes, key.Platform, key.SpeaksFor, key.ExpiresAt });
        return await transaction.Commit(new Created(key.Id, ""), ct) with { Key = text };
    }

    private static void Check(Request request, Role role, DateTimeOffset now)
    {
        if (request.Name.Trim().Length is < 1 or > 100)
        {
            throw new BadInput("name", "A key has a name of 1 to 100 characters.");
        }

        if (request.Platform?.Trim().Length is < 1 or > 100)
        {
            throw new BadInput("platform", "A platform has a name of 1 to 100 characters.");
        }

        var possible = Matrix.PossibleOfKey(role);
        if (request.Scopes.Count == 0 || !request.Scopes.All(possible.Contains))
        {
            throw new BadInput("scopes", $"A key may hold one or more of: {string.Join(", ", possible.Order().Select(Kernel.Words.Of))}.");
        }

        if (request.ExpiresAt <= now)
        {
            throw new BadInput("expiresAt", "This time is past.");
        }
    }

    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/people/keys", (Request request, CreateApiKey create, Actor actor, CancellationToken ct) => create.Run(request, actor, ct))
        .Requires(Permission.EditPeople).WithSummary("Make an API key; its text is shown once");
}
