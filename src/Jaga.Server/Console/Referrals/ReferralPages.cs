using Jaga.Referrals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Jaga.Server.Pages.Referrals;

/// <summary>Reports to NCMEC: the register, and each report as NCMEC will read it, what is missing, its calls and receipts.</summary>
public static class ReferralPages
{
    /// <summary>The word for all states in <c>/referrals?state=…</c>.</summary>
    public const string All = "all";

    /// <summary>The word for those that wait for a person.</summary>
    public const string Stopped = "stopped";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/referrals", List).Requires(Permission.ReadReferrals);
        pages.MapGet("/referrals/{id}", async (Id<Referral> id, ReadReferrals read, TimeProvider clock, CancellationToken ct) =>
            ConsolePages.Page<ReferralPage>(new { Whole = await read.One(id, clock.GetUtcNow(), ct) })).Requires(Permission.ReadReferrals);
        pages.MapPost("/referrals/{id}/edit", async (Id<Referral> id, HttpRequest request, ReadReferrals read, EditReferral edit, TimeProvider clock, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await edit.Run(id, ReferralForms.Read(await read.One(id, clock.GetUtcNow(), ct), await request.ReadFormAsync(ct)), actor, ct);
            return Back(id, messages, words["referral.edited"]);
        }).Requires(Permission.WriteReferrals);
        pages.MapPost("/referrals/{id}/follow-up", async (Id<Referral> id, HttpRequest request, FollowUpReferral follow, Messages messages, Text words, Actor actor, CancellationToken ct) =>
            Back(await follow.Run(id, new((await request.ReadFormAsync(ct))["new"].ToString()), actor, ct), messages, words["referral.followed-up"])).Requires(Permission.WriteReferrals);
        pages.MapPost("/referrals/account/schema", async ([FromForm] bool production, AcknowledgeSchema acknowledge, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await acknowledge.Run(new(production), actor, ct);
            messages.Leave(new(Tone.Good, words["referral.schema-seen"]));
            return TypedResults.LocalRedirect("/referrals");
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/sign", async (Id<Referral> id, [FromForm] int version, SignReferral sign, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await sign.Run(id, new(version), actor, ct);
            return Back(id, messages, words["referral.signed"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/retract", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Retract(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.retract-asked"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/retry", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Retry(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.retried"]);
        }).Requires(Permission.SignReferrals);
        pages.MapPost("/referrals/{id}/drop", async (Id<Referral> id, [FromForm] string reason, SteerReferral steer, Messages messages, Text words, Actor actor, CancellationToken ct) =>
        {
            await steer.Drop(id, new(reason), actor, ct);
            return Back(id, messages, words["referral.dropped-now"]);
        }).Requires(Permission.SignReferrals);
    }

    private static async Task<RazorComponentResult> List(string? state, string? search, string? after, ReadReferrals read, CancellationToken ct)
    {
        var stopped = state is Stopped;
        ReferralState? wanted = state is null or All or Stopped ? null : Words.Read<ReferralState>("state", state);
        return ConsolePages.Page<ReferralsPage>(new
        {
            State = stopped ? Stopped : wanted is { } one ? Words.Of(one) : All,
            Search = search?.Trim() ?? "",
            Referrals = await read.Run(wanted, stopped, search, new(after, null), ct),
            Alarms = await read.Alarms(ct),
        });
    }

    private static RedirectHttpResult Back(Id<Referral> id, Messages messages, string says)
    {
        messages.Leave(new(Tone.Good, says));
        return TypedResults.LocalRedirect($"/referrals/{id}");
    }
}
