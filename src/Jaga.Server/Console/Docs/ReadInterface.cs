using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Jaga.Server.Pages.Docs;

/// <summary>One call of the interface.</summary>
/// <param name="Method"><c>GET</c>, <c>POST</c> …</param>
/// <param name="Answers">Status and what it means.</param>
/// <param name="Body">The request's body as an outline, or null.</param>
/// <param name="Scopes">What a key needs for it; null where no key may make it.</param>
public sealed record Call(string Method, string Path, string Summary, string? Description, IReadOnlyList<string>? Scopes, IReadOnlyList<(string Name, string In, bool Required, string Kind)> Parameters, string? Body, IReadOnlyList<(string Status, string Meaning, string? Body)> Answers);

/// <summary>Reads the description that <c>/openapi/v1.json</c> serves, for the page that lets people browse it.</summary>
public sealed class ReadInterface([FromKeyedServices("v1")] IOpenApiDocumentProvider provider)
{
    private const int Deepest = 4;

    /// <summary>What a platform's own key does, in the order in which an integration comes to it.</summary>
    private static readonly List<string> Platform = [.. new[] { Permission.CheckItems, Permission.ConfirmActions, Permission.SendReports, Permission.GiveData, Permission.AskKnown }.Select(Words.Of)];

    /// <summary>Whoever connects a platform finds its calls first, under an empty name; then come the rooms of the house, from the top.</summary>
    public async Task<IReadOnlyList<(string Room, IReadOnlyList<Call> Calls)>> Run(CancellationToken ct)
    {
        var document = await provider.GetOpenApiDocumentAsync(ct);
        var calls = document.Paths.OrderBy(p => p.Key, StringComparer.Ordinal)
            .SelectMany(p => (p.Value.Operations ?? []).Select(o => (Room: o.Value.Tags?.FirstOrDefault()?.Name ?? "", Call: Of(o.Key.Method, p.Key, o.Value)))).ToList();
        var rooms = House.FromTheGround.Reverse().ToList();
        return
        [
            ("", [.. calls.Select(c => c.Call).Where(c => Place(c) >= 0).OrderBy(Place)]),
            .. calls.Where(c => Place(c.Call) < 0).GroupBy(c => c.Room).OrderBy(g => (uint)rooms.IndexOf(g.Key)).Select(g => (g.Key, (IReadOnlyList<Call>)[.. g.Select(c => c.Call)])),
        ];
    }

    private static int Place(Call call) => call.Scopes is [var scope] ? Platform.IndexOf(scope) : -1;

    private static Call Of(string method, string path, OpenApiOperation operation) => new(
        method, path, operation.Summary ?? operation.OperationId ?? "", operation.Description, operation.Security?.SelectMany(s => s).FirstOrDefault(s => s.Key.Reference.Id == Interface.Key).Value,
        [.. (operation.Parameters ?? []).Select(p => (p.Name ?? "", p.In?.ToString().ToLowerInvariant() ?? "", p.Required, Kind(p.Schema)))],
        Outline(operation.RequestBody?.Content),
        [.. (operation.Responses ?? []).Where(r => r.Key.StartsWith('2')).Select(r => (r.Key, r.Value.Description ?? "", Outline(r.Value.Content)))]);

    private static string? Outline(IDictionary<string, OpenApiMediaType>? content) =>
        content?.FirstOrDefault() is { Value.Schema: { } schema } ? Outline(schema, 0) : null;

    /// <summary>A schema as JSON with kinds in place of values.</summary>
    private static string Outline(IOpenApiSchema schema, int depth)
    {
        if (schema.Properties is { Count: > 0 } properties)
        {
            var indent = new string(' ', (depth + 1) * 2);
            return depth >= Deepest ? "{ … }" : "{\n" + string.Join(",\n", properties.Select(p => $"{indent}{JsonSerializer.Serialize(p.Key)}: {Outline(p.Value, depth + 1)}")) + $"\n{new string(' ', depth * 2)}}}";
        }

        return schema.Items is { } items ? $"[ {Outline(items, depth)} ]" : Kind(schema);
    }

    private static string Kind(IOpenApiSchema? schema)
    {
        if (schema is null)
        {
            return "";
        }

        if (schema.Enum is { Count: > 0 } words)
        {
            return string.Join(" | ", words.Select(w => w?.ToJsonString() ?? "null"));
        }

        var kind = schema.Type?.ToString().ToLowerInvariant() ?? "any";
        return schema.Format is { } format ? $"{kind} ({format})" : kind;
    }
}
