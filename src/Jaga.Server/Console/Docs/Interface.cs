using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Jaga.Items;
using Jaga.People;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using static Jaga.Kernel.Permission;

namespace Jaga.Server.Pages.Docs;

/// <summary>Describes the interface as OpenAPI, well enough to build a client from: by whom each call may be made, what it takes, and how it is refused.</summary>
public static class Interface
{
    /// <summary>The scheme of API keys. A call's requirement names the scopes beside it.</summary>
    internal const string Key = "key";

    private const string Session = "session", Problem = "Problem";

    private static readonly Role[] Programs = [Role.Integration, Role.Officer, Role.Flagger];
    private static readonly Role[] Persons = [Role.Administrator, Role.Lead, Role.Reviewer, Role.Auditor, Role.Officer];

    private static readonly HashSet<string> Twice =
        [.. typeof(House).Assembly.GetExportedTypes().Where(t => !t.IsNested).GroupBy(t => t.Name).Where(same => same.Count() > 1).Select(same => same.Key)];

    // Status, name, meaning. The texts that come with each are in the problem document.
    private static readonly (string Status, string Name, string Meaning)[] Refusals =
    [
        ("400", "Unreadable", "A value in the address or a header cannot be read."),
        ("401", "SignIn", "No key that works and no session came with the call."),
        ("403", "NotAllowed", "The key lacks a scope, which is named, or the role does not include this."),
        ("404", "NotFound", "It is not there, or not for this caller to know of."),
        ("409", "Conflict", "A rule of the house forbids this, or somebody else was first. Nothing was changed."),
        ("422", "BadInput", "What was sent cannot be read or cannot be; errors names each field with the reason. Nothing was changed."),
        ("429", "TooMany", "Too much or too fast. Retry-After says when to ask again."),
        ("503", "NotReady", "The signals are still being read after a start. Retry-After says when to ask again."),
    ];

    /// <summary>Adds the description, which is served at <c>/openapi/v1.json</c>.</summary>
    public static IServiceCollection AddInterface(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.CreateSchemaReferenceId = Name;
        options.AddSchemaTransformer((schema, context, _) => Task.FromResult(Must(schema, context.JsonTypeInfo)));
        options.AddOperationTransformer(Tell);
        options.AddDocumentTransformer((document, _, _) => Task.FromResult(Head(document)));
    });

    // An id is a text, of whatever it is the id. What the framework does not name stays without a name.
    private static string? Name(JsonTypeInfo type) => IsId(type.Type) || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null ? null : Name(type.Type);

    // Use cases name their requests and rows alike: each is called after its use case, and after its room where two rooms have one of the same name.
    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value);
        }

        var outer = type.DeclaringType ?? type;
        var room = Twice.Contains(outer.Name) ? outer.Namespace!.Split('.')[1] : "";
        return $"{room}{type.DeclaringType?.Name}{type.Name.Split('`')[0]}{(type.IsGenericType ? "Of" + string.Join("And", type.GetGenericArguments().Select(Name)) : "")}";
    }

    private static bool IsId(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>);

    // What may be null may be left out, both ways. An answer may hold more one day; only requests are taken word for word.
    private static OpenApiSchema Must(OpenApiSchema schema, JsonTypeInfo type)
    {
        schema.AdditionalPropertiesAllowed = true;
        if (IsId(Nullable.GetUnderlyingType(type.Type) ?? type.Type))
        {
            (schema.Type, schema.Format) = (JsonSchemaType.String | (Nullable.GetUnderlyingType(type.Type) is null ? 0 : JsonSchemaType.Null), "uuid");
        }

        foreach (var may in type.Properties.Where(p => !p.IsRequired && (p.AssociatedParameter is { IsNullable: true } || Nullable.GetUnderlyingType(p.PropertyType) is not null)))
        {
            schema.Required?.Remove(may.Name);
        }

        return schema;
    }

    private static async Task Tell(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var (document, path, method) = (context.Document!, context.Description.RelativePath ?? "", context.Description.HttpMethod ?? "GET");
        var marks = context.Description.ActionDescriptor.EndpointMetadata;
        var needs = marks.OfType<RequiredPermission>().Select(r => r.Permission).ToList();
        operation.OperationId ??= IdOf(method, path);
        operation.Security = [];
        if (needs.Count > 0 && Programs.Any(role => needs.All(Matrix.PossibleOfKey(role).Contains)))
        {
            operation.Security.Add(new() { [new OpenApiSecuritySchemeReference(Key, document)] = [.. needs.Select(Jaga.Kernel.Words.Of)] });
        }

        if (needs.Count > 0 && Persons.Any(role => needs.All(n => Matrix.Allows(role, n))))
        {
            operation.Security.Add(new() { [new OpenApiSecuritySchemeReference(Session, document)] = [] });
        }

        await Forms(operation, context, marks.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType, ct);
        var write = method is not ("GET" or "HEAD");
        foreach (var (status, name, _) in Refusals.Where(r => Refuses(r.Status)))
        {
            (operation.Responses ??= []).TryAdd(status, new OpenApiResponseReference(name, document));
        }

        if (write && needs.Count > 0)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = IdempotentWrites.Header,
                In = ParameterLocation.Header,
                Description = "The same key from the same caller gets the same answer for seven days, and the act happens once.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128 },
            });
        }

        bool Refuses(string status) => status switch
        {
            "400" => operation.Parameters is { Count: > 0 },
            "401" or "403" => needs.Count > 0,
            "404" => path.Contains('{', StringComparison.Ordinal),
            "409" or "422" => write,
            "429" => write || needs.Count == 0,
            _ => needs.Contains(CheckItems) || needs.Contains(AskKnown),
        };
    }

    // What comes as a form is read part by part, so that only this page knows its parts.
    private static async Task Forms(OpenApiOperation operation, OpenApiOperationTransformerContext context, Type? body, CancellationToken ct)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        if (body == typeof(CheckBody) && operation.RequestBody?.Content is { } content)
        {
            content["multipart/form-data"] = Parts(new() { ["item"] = await context.GetOrCreateSchemaAsync(typeof(ItemFacts), null, ct), ["file"] = file, ["text"] = new OpenApiSchema { Type = JsonSchemaType.String } }, "item", "file");
        }
        else if (context.Description.RelativePath == "api/v1/hash")
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["multipart/form-data"] = Parts(new() { ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = file } }, "files") } };
        }
    }

    private static OpenApiMediaType Parts(Dictionary<string, IOpenApiSchema> parts, params string[] required) =>
        new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = parts, Required = new HashSet<string>(required) } };

    private static OpenApiDocument Head(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "Jaga",
            Version = (typeof(Interface).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "1").Split('+')[0],
            Description = "The interface of one Jaga. A program bears an API key (jaga people key create), a page of the console its session. Every refusal is a problem document (RFC 9457). Unknown fields in a request are refused. Guides: /docs.",
        };
        document.AddComponent<IOpenApiSecurityScheme>(Key, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "jaga_…", Description = "An API key. The scopes that a call needs are named with it." });
        document.AddComponent<IOpenApiSecurityScheme>(Session, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = SessionCookie.Plain, Description = $"The session of a signed-in person. A write also bears the header {CrossSite.Header}, with any value.",
        });
        document.AddComponent<IOpenApiSchema>(Problem, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457.",
            Required = new HashSet<string>(["type", "title", "status"]),
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Said("What sort of refusal, e.g. urn:jaga:bad-input."),
                ["title"] = Said("The same in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                ["detail"] = Said("A sentence that a person can read."),
                ["errors"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "With 422: reasons by field, e.g. item.id or lines[3].", AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } } },
                ["traceId"] = Said("By which the log knows this request."),
            },
        });
        foreach (var (_, name, meaning) in Refusals)
        {
            document.AddComponent<IOpenApiResponse>(name, new OpenApiResponse { Description = meaning, Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, document) } } });
        }

        return document;
    }

    private static OpenApiSchema Said(string meaning) => new() { Type = JsonSchemaType.String, Description = meaning };

    // GET api/v1/cases/{id}/media/{media} → getCasesByIdMediaByMedia.
    private static string IdOf(string method, string path) => method.ToLowerInvariant() + string.Concat(path.Split('/').Skip(2)
        .Select(step => step.StartsWith('{') ? "By" + Capital(step.Trim('{', '}').Split(':')[0]) : string.Concat(step.Split('-', '.').Select(Capital))));

    private static string Capital(string word) => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..];
}
