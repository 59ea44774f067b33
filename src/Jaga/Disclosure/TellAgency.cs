using System.Globalization;
using Jaga.Deliveries;
using Jaga.Obligations;
using Jaga.People.Agencies;

namespace Jaga.Disclosure;

/// <summary>The words in which an agency hears of its request for data, in its language, and the ways they go. They name no account and no member of staff.</summary>
public sealed class TellAgency(WayToAgency way)
{
    /// <summary>The types of what is told, by which the webhook's receiver tells them apart.</summary>
    public const string ReceivedType = "data-request.received", AnsweredType = "data-request.answered", QuestionedType = "data-request.questioned";

    /// <summary>The receipt.</summary>
    internal Task<bool> Received(Agency agency, DataRequest request, DateTimeOffset due, CancellationToken ct) => Send(
        agency, ReceivedType, request.Subject, request, new { request.Id, request.Number, request.Reference, request.ReceivedAt, dueAt = due },
        new($"Request for data received: {request.Number}", $"Permintaan data diterima: {request.Number}"),
        new($"Your request for data was received on {At(request.ReceivedAt)} under the number {request.Number}. It is to be answered by {At(due)}.",
            $"Permintaan data Anda diterima pada {At(request.ReceivedAt)} dengan nomor {request.Number}. Tenggat jawabannya {At(due)}."), "", ct);

    /// <summary>An answer without data, or a question.</summary>
    /// <returns>Whether it went any way but the door.</returns>
    internal Task<bool> Send(Agency agency, DataRequest request, ITold told, CancellationToken ct) => told is Clarification question
        ? Send(
            agency, QuestionedType, told.Told, request, new { request.Id, request.Number, request.Reference, question.Question, question.AskedAt },
            new($"Question about request for data {request.Number}", $"Pertanyaan mengenai permintaan data {request.Number}"),
            new("We need to know the following before the request can be answered.", "Kami memerlukan penjelasan berikut sebelum permintaan dapat dijawab."), question.Question, ct)
        : Answered(agency, request, (DataAnswer)told, ct);

    private Task<bool> Answered(Agency agency, DataRequest request, DataAnswer answer, CancellationToken ct) => Send(
        agency, AnsweredType, answer.Told, request, new { request.Id, request.Number, request.Reference, answer.Outcome, answer.Ground, request.AnsweredAt },
        new($"Answer to request for data {request.Number}", $"Jawaban atas permintaan data {request.Number}"),
        answer.Outcome is DataOutcome.Refused
            ? new("The data is not given, on the ground named below.", "Data tidak diberikan, dengan dasar yang disebut di bawah.")
            : new("The data that was asked for is not held.", "Data yang diminta tidak dimiliki."),
        answer.Ground ?? "", ct);

    private Task<bool> Send(Agency agency, string type, Subject about, DataRequest request, object payload, Sentence title, Sentence says, string words, CancellationToken ct)
    {
        var subject = Say(title) + (request.Reference is { } own ? $" ({own})" : "");
        return way.Send(agency, type, about, request.Subject, payload, subject, words.Length == 0 ? $"{subject}\n\n{Say(says)}\n" : $"{subject}\n\n{Say(says)}\n\n{words}\n", ct);

        string Say(Sentence sentence) => agency.Language is "id" ? sentence.Id : sentence.En;
    }

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
