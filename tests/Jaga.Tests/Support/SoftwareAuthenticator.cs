using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Jaga.Tests.Support;

/// <summary>
/// An authenticator in software: one ES256 key that answers the browser's questions (W3C Web Authentication level 3, sections 6.1 and 6.5)
/// as a device with a verified user would.
/// </summary>
public sealed class SoftwareAuthenticator(string origin) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _credential = RandomNumberGenerator.GetBytes(16);
    private string _user = "";

    /// <summary>The count of signatures; a copy of the device would have an older one.</summary>
    public uint Signatures { get; set; }

    /// <summary>What <c>navigator.credentials.create()</c> answers to these options.</summary>
    public object Create(JsonElement options)
    {
        _user = options.GetProperty("user").GetProperty("id").GetString()!;
        var client = ClientData("webauthn.create", options);
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([.. AuthenticatorData(options.GetProperty("rp").GetProperty("id").GetString()!, attested: true), .. new byte[16], 0, 16, .. _credential, .. PublicKey()]);
        attestation.WriteEndMap();
        return Credential(new { clientDataJSON = Text(client), attestationObject = Text(attestation.Encode()), transports = new[] { "internal" } });
    }

    /// <summary>What <c>navigator.credentials.get()</c> answers to these options.</summary>
    /// <param name="spoil">Alters the signature, as one who has not the key would have to.</param>
    public object Get(JsonElement options, bool spoil = false)
    {
        Signatures++;
        var client = ClientData("webauthn.get", options);
        var data = AuthenticatorData(options.GetProperty("rpId").GetString()!, attested: false);
        var signature = _key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (spoil)
        {
            signature[^1] ^= 1;
        }

        return Credential(new { clientDataJSON = Text(client), authenticatorData = Text(data), signature = Text(signature), userHandle = _user });
    }

    public void Dispose() => _key.Dispose();

    private object Credential(object response) => new { id = Text(_credential), rawId = Text(_credential), type = "public-key", clientExtensionResults = new { }, authenticatorAttachment = "platform", response };

    private byte[] ClientData(string type, JsonElement options) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge = options.GetProperty("challenge").GetString(), origin, crossOrigin = false });

    // The digest of the domain, flags (user present 1, user verified 4, key attached 64), and the count.
    private byte[] AuthenticatorData(string domain, bool attested)
    {
        var data = new byte[37];
        SHA256.HashData(Encoding.UTF8.GetBytes(domain), data);
        data[32] = (byte)(1 | 4 | (attested ? 64 : 0));
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(33), Signatures);
        return data;
    }

    // COSE (RFC 9053, section 7.1): EC2, ES256, P-256.
    private byte[] PublicKey()
    {
        var point = _key.ExportParameters(false).Q;
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical);
        cose.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            cose.WriteInt32(label);
            cose.WriteInt32(value);
        }

        cose.WriteInt32(-2);
        cose.WriteByteString(point.X!);
        cose.WriteInt32(-3);
        cose.WriteByteString(point.Y!);
        cose.WriteEndMap();
        return cose.Encode();
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
