using System.Globalization;
using Jaga.Disclosure;
using Microsoft.AspNetCore.Http.Features;

namespace Jaga.Server.Pages.Disclosures;

/// <summary>Reads the forms that requests for data have in the console and at the agency's door.</summary>
internal static class RequestForms
{
    // Documents stay in memory: what a court ordered must not lie about in temporary files.
    private static readonly FormOptions InMemory = new() { MemoryBufferThreshold = 5_000_000, MultipartBodyLengthLimit = 5_000_000, ValueLengthLimit = 32 * 1024 };

    private static readonly string[] Kinds = ["account", "group", "item"];

    /// <summary>Reads a form that may have a document.</summary>
    public static Task<IFormCollection> ReadRequestForm(this HttpRequest request, CancellationToken ct) => request.ReadFormAsync(InMemory, ct);

    /// <summary>The request that the fields say.</summary>
    /// <exception cref="BadInput">A field cannot be read.</exception>
    public static async Task<SendDataRequest.Request> Read(IFormCollection form, Viewer viewer, CancellationToken ct)
    {
        var subjects = Kinds.SelectMany(kind => Lines(form[kind]).Select(id => new Subject(kind, id))).ToList();
        var document = await Document(form, ct);
        return new(
            form["regime"].ToString(), form["legalBasis"].ToString(), form["purpose"].ToString(), form["description"].ToString(), subjects,
            [.. form["classes"].Select(c => Words.Read<DataClass>("classes", c)).OfType<DataClass>()], Text(form["offence"]), Months(form["maxPenaltyYears"]), Day("from", form["from"]), Day("until", form["until"])?.AddDays(1),
            document is null ? null : [document], Words.Read<EmergencyKind>("emergency", form["emergency"]), Text(form["emergencyReason"]), viewer.Time("neededBy", form["neededBy"]), Text(form["language"]) ?? "id", Text(form["reference"]), Text(form["contact"]));
    }

    /// <summary>The document of the form; null if none was chosen.</summary>
    public static async Task<DocumentSent?> Document(IFormCollection form, CancellationToken ct)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return null;
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, ct);
        var day = DateOnly.TryParseExact(form["issuedOn"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : throw new BadInput("issuedOn", "Give the day on which it was issued.");
        return new(Words.Read<DocumentKind>("kind", form["kind"]) ?? DocumentKind.Other, form["number"].ToString(), day, form["issuer"].ToString(), file.ContentType, content.ToArray());
    }

    private static string[] Lines(string? text) => (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static int? Months(string? years) => string.IsNullOrWhiteSpace(years) ? null
        : decimal.TryParse(years, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 100 ? (int)Math.Ceiling(number * 12) : throw new BadInput("maxPenaltyMonths", "Give the years of imprisonment as a number.");

    // A day in the form is a day in UTC; the page says so.
    private static DateTimeOffset? Day(string field, string? day) => string.IsNullOrWhiteSpace(day) ? null
        : DateTimeOffset.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new BadInput(field, "This is not a day.");
}
