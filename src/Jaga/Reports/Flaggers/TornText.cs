using System.Text.Json;
using System.Text.Json.Serialization;

namespace Jaga.Reports.Flaggers;

/// <summary>
/// Reads a text of one line among many that has half of a character in it (an escaped surrogate without its other half), which is no text: the line is refused for it by itself,
/// and those before and after it are read.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TornTextAttribute : JsonConverterAttribute
{
    /// <summary>Stands for a text that could not be read; no text that can be read is this one.</summary>
    public const string Torn = "\uD800";

    public override JsonConverter CreateConverter(Type typeToConvert) => new Reader();

    private sealed class Reader : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.String)
            {
                throw new JsonException("This is not a text.");
            }

            try
            {
                return reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return Torn;
            }
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
