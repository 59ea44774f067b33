using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Jaga.Kernel;

/// <summary>The one way in which Jaga writes JSON: camelCase, enums as words, nothing for null. Strict in what it reads.</summary>
public static class Json
{
    // One for all: options that hold the same converters share what the serializer has learnt of each type.
    private static readonly JsonStringEnumConverter Words = new(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

    public static JsonSerializerOptions Options { get; } = Configure(new(JsonSerializerDefaults.Web));

    /// <summary>The same for what must say no word that is not understood: requests to the interface, and the house's own files.</summary>
    public static JsonSerializerOptions Strict { get; } = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    /// <summary>Applies the house's rules to <paramref name="options"/>.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.Converters.Add(Words);
        return options;
    }
}
