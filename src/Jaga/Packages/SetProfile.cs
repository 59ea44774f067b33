using Jaga.Audit;

namespace Jaga.Packages;

/// <summary>An administrator lets packages of one profile leave without encryption, or ends that. It is the only way, and it is written down.</summary>
public sealed class SetProfile(Db db, AuditLog audit, TimeProvider clock, PackageProfiles profiles)
{
    /// <param name="Why">1 to 2,000 characters; it stands in the audit log with every package that leaves so.</param>
    public sealed record Request(bool Unencrypted, string Why);

    /// <summary>A profile and what was set for it.</summary>
    public sealed record Shown(PackageProfile Profile, bool Unencrypted, string? Why, string? SetBy, DateTimeOffset? SetAt);

    /// <exception cref="BadInput">There is no such profile, or no reason.</exception>
    public async Task Run(string profile, Request request, Actor actor, CancellationToken ct)
    {
        var (known, why) = (profiles.Of(profile), Sentences.Checked(request.Why, "why"));
        await using var transaction = await db.Begin(ct);
        var setting = await db.ProfileSettings.SingleOrDefaultAsync(s => s.Profile == known.Id, ct);
        if (setting is null)
        {
            db.Add(setting = new() { Profile = known.Id });
        }

        setting.Set(request.Unencrypted, why, actor, clock.GetUtcNow());
        audit.Record(actor, request.Unencrypted ? "package-profile.encryption-lifted" : "package-profile.encryption-required", setting.Subject, why);
        await transaction.Commit(ct);
    }

    /// <summary>Every profile.</summary>
    public async Task<IReadOnlyList<Shown>> All(CancellationToken ct)
    {
        var set = await db.ProfileSettings.AsNoTracking().ToDictionaryAsync(s => s.Profile, ct);
        return [.. profiles.All.Select(p => set.GetValueOrDefault(p.Id) is { } s ? new Shown(p, s.Unencrypted, s.Why, s.SetByName, s.SetAt) : new Shown(p, false, null, null, null))];
    }

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/package-profiles", (SetProfile profile, CancellationToken ct) => profile.All(ct))
            .Requires(Permission.ReadAgencies).WithSummary("The authorities that packages are made for, what each gets, and how sure that is");
        api.MapPut("/package-profiles/{profile}", async (string profile, Request request, SetProfile set, Actor actor, CancellationToken ct) =>
        {
            await set.Run(profile, request, actor, ct);
            return TypedResults.NoContent();
        }).Requires(Permission.SafeguardPackages).WithSummary("Let packages of a profile leave without encryption, or end that");
    }
}
