using Jaga.Audit;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>What an agency was sent by mail about its request for data came back. Unless it has it another way, it is still to be brought. The leads hear of it in any case.</summary>
public sealed class CameBack(Db db, AuditLog audit, WayToAgency way, ServeAgency serve, Notices notices) : IOnReturned
{
    private static readonly Actor Me = Actor.System("disclosure");

    public IReadOnlyList<string> Types { get; } = [TellAgency.ReceivedType, TellAgency.AnsweredType, TellAgency.QuestionedType];

    public async Task Returned(Delivery delivery, string why, CancellationToken ct)
    {
        if (delivery.Type == TellAgency.ReceivedType)
        {
            await Tell(await DataRequest.Hold(db, Id<DataRequest>.Parse(delivery.About.Id, null), ct), delivery, lost: false, new("The receipt for", "Tanda terima untuk"), why, ct);
            return;
        }

        var (request, told) = await ITold.Find(db, delivery.About, ct) ?? throw RequestFolder.Missing();
        var lost = told.ServedBy == delivery.Subject.ToString();
        if (lost && (told.ReadAt is not null ? new Subject("receipt", $"read-{told.Told.Id}") : await way.Otherwise(delivery, ct)) is { } other)
        {
            (lost, told.ServedBy) = (false, other.ToString());
        }

        if (lost)
        {
            await serve.Lost(request, told, delivery.Subject, why, Me, ct);
        }

        await Tell(request, delivery, lost, told is Clarification ? new("The question about", "Pertanyaan mengenai") : new("The answer to", "Jawaban atas"), why, ct);
    }

    private async Task Tell(DataRequest request, Delivery delivery, bool lost, Sentence what, string why, CancellationToken ct)
    {
        var id = Id<Agency>.Parse(request.Agency, null);
        var agency = await db.Agencies.Where(a => a.Id == id).Select(a => a.Name).SingleAsync(ct);
        audit.Record(Me, "data-request.returned", request.Subject, why, new { delivery = delivery.Id, delivery.Type, owedAgain = lost });
        await notices.Tell(
            Whom.Lead, "leads", null, request.Subject,
            lost
                ? new($"{what.En} request for data {request.Number} did not reach {agency}, and it is still to be brought: {why}", $"{what.Id} permintaan data {request.Number} tidak sampai kepada {agency} dan masih harus disampaikan: {why}")
                : new($"A mail came back from {agency}. {what.En} request for data {request.Number}: {why}", $"Surel kepada {agency} kembali. {what.Id} permintaan data {request.Number}: {why}"),
            urgent: lost, null, ct);
    }
}
