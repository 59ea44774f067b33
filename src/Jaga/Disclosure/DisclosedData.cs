using System.Text.Json;

namespace Jaga.Disclosure;

/// <summary>
/// What leaves to an authority: field by field what was asked of the platform and what the documents still allow at this moment. It can only be made by <see cref="Of"/>, which takes nothing
/// over that is not on the list of its class; there is no way to put a further field into it.
/// </summary>
public sealed class DisclosedData
{
    private readonly IReadOnlyList<Part> _parts;

    private DisclosedData(IReadOnlyList<Part> parts) => _parts = parts;

    private sealed record Part(string Kind, string Id, IReadOnlyDictionary<string, JsonElement> Fields, IReadOnlyList<string> NotHeld);

    /// <summary>What may go of what the platform gave.</summary>
    /// <param name="asked">What was asked of the platform.</param>
    /// <param name="verdicts">What the rules say of each class now.</param>
    /// <param name="given">What the platform gave: a list of subjects with their <c>fields</c> and <c>notHeld</c>.</param>
    /// <exception cref="RuleBroken">Something was given that was not asked, or that no document allows any more; it is named, and nothing goes.</exception>
    public static DisclosedData Of(IReadOnlyList<AskedSubject> asked, IReadOnlyList<ClassVerdict> verdicts, JsonElement given, DataWords words)
    {
        var parts = new List<Part>();
        foreach (var subject in given.EnumerateArray())
        {
            var (kind, id) = (subject.GetProperty("kind").GetString()!, subject.GetProperty("id").GetString()!);
            var of = asked.SingleOrDefault(a => a.Kind == kind && a.Id == id) ?? throw new RuleBroken($"Data about {kind} {id} is in the vault, and was not asked for. It does not go.");
            var allowed = verdicts.Where(v => v.May).SelectMany(v => words.Fields([v.Class], kind, v.On!.Members)).ToDictionary(f => f.Name);
            var fields = new Dictionary<string, JsonElement>();
            foreach (var field in subject.GetProperty("fields").EnumerateObject())
            {
                if (!of.Fields.Any(f => f.Name == field.Name) || allowed.GetValueOrDefault(field.Name) is not { } known || known.Class != of.Fields.Single(f => f.Name == field.Name).Class)
                {
                    throw new RuleBroken($"'{field.Name}' of {kind} {id} is in no class that a document allows. It does not go.");
                }

                fields[field.Name] = known.WhyNot(field.Value) is { } wrong ? throw new RuleBroken($"'{field.Name}' of {kind} {id} has another shape than its class allows: {wrong}") : field.Value.Clone();
            }

            parts.Add(new(kind, id, fields, [.. subject.GetProperty("notHeld").EnumerateArray().Select(n => n.GetString()!).Where(n => of.Fields.Any(f => f.Name == n))]));
        }

        return new(parts);
    }

    /// <summary>As a file of a package.</summary>
    internal byte[] ToJson(DataRequest request, IReadOnlyList<ClassVerdict> verdicts) => JsonSerializer.SerializeToUtf8Bytes(
        new { request.Number, request.LegalBasis, request.Reference, request.From, request.Until, classes = verdicts.Where(v => v.May).Select(v => new { v.Class, document = v.On!.Number, v.ByEmergency, v.Cites }), subjects = _parts }, Json.Options);
}
